//! The panel of numbers: a table and plots for each person.

use std::rc::Rc;

use tincan_call::features::{History, Picture, Quality, Report};
use tincan_call::protocol::{Name, PeerId};
use yew::prelude::*;

use super::PANEL;
use super::plot::{Plot, plot};
use crate::components::Icon;
use crate::hooks::{Choices, MediaHandle, count_render, use_choices, use_numbers};
use crate::i18n::{NumberTexts, isolated};

/// A person in the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) id: PeerId,
    pub(super) name: Name,
    pub(super) quality: Option<Quality>,
}

#[derive(Properties, PartialEq, Clone)]
pub(super) struct PanelProps {
    pub(super) people: Vec<Person>,
    pub(super) media: MediaHandle,
}

#[component(Panel)]
pub(super) fn panel(props: &PanelProps) -> Html {
    count_render("Numbers");
    let Choices { texts, language, .. } = use_choices();
    let words = language.numbers();
    let histories = use_numbers(&props.media);
    html! {
        <>
            <header class="numbers-header">
                <h2>{ texts.quality.title }</h2>
                <button
                    type="button"
                    class="icon-button"
                    title={texts.settings.close}
                    aria-label={texts.settings.close}
                    popovertarget={PANEL}
                    popovertargetaction="hide"
                >
                    { Icon::Close.svg() }
                </button>
            </header>
            if props.people.is_empty() {
                <p>{ words.nobody }</p>
            }
            { for props.people.iter().map(|person| {
                let history = histories.iter().find(|(id, _)| *id == person.id);
                html! {
                    <Numbers
                        key={person.id.to_string()}
                        person={person.clone()}
                        history={history.map(|(_, history)| Rc::clone(history))}
                    />
                }
            }) }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct NumbersProps {
    person: Person,
    history: Option<Rc<History>>,
}

/// The numbers of one connection.
#[component(Numbers)]
fn numbers(props: &NumbersProps) -> Html {
    let Choices { texts, language, .. } = use_choices();
    let words = language.numbers();
    let Person { name, quality, .. } = &props.person;
    let name = texts.name(name.as_str());
    let heading = match quality {
        Some(quality) => (texts.quality.connection)(name, *quality),
        None => isolated(name).into_owned(),
    };
    html! {
        <section class="numbers-person">
            <h3>{ heading }</h3>
            if let Some(history) = &props.history {
                { facts(words, history.report()) }
                <div class="plots">
                    { for Plot::ALL.into_iter().map(|kind| plot(words, kind, history)) }
                </div>
            } else {
                <p>{ words.measuring }</p>
            }
        </section>
    }
}

/// The facts that are no plots: codecs, resolution and route.
fn facts(words: &NumberTexts, report: &Report) -> Html {
    let route = report.route.map_or(words.unknown, words.route).to_owned();
    let rows = [
        ("route", words.route_label, route),
        ("received", words.video_received, picture(report.received, words.no_video)),
        ("sent", words.video_sent, picture(report.sent, words.no_video)),
        ("codecs-received", words.codecs_received, codecs(&report.received_codecs)),
        ("codecs-sent", words.codecs_sent, codecs(&report.sent_codecs)),
    ];
    html! {
        <dl class="numbers-facts">
            { for rows.into_iter().map(|(key, label, value)| html! {
                <div {key}><dt>{ label }</dt><dd data-fact={key}>{ value }</dd></div>
            }) }
        </dl>
    }
}

fn picture(picture: Picture, none: &str) -> String {
    let Picture { width, height, frame_rate: _ } = picture;
    if width == 0 || height == 0 {
        return none.to_owned();
    }
    [&width.to_string(), " × ", &height.to_string()].concat()
}

fn codecs(codecs: &[String]) -> String {
    if codecs.is_empty() { "–".to_owned() } else { codecs.join(", ") }
}
