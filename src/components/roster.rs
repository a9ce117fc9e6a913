//! The list of the others in the room, before one joins.

use tincan_call::features::PersonFeatures;
use tincan_call::protocol::{Name, PeerId};
use yew::prelude::*;

use super::{avatar, features};
use crate::hooks::{count_render, use_texts};

/// Someone in the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: PeerId,
    pub(crate) name: Name,
    pub(crate) in_call: bool,
    pub(crate) features: PersonFeatures,
}

#[derive(Properties, PartialEq)]
pub(crate) struct RosterProps {
    /// True once the server has told who is there.
    pub(crate) known: bool,
    pub(crate) people: Vec<Person>,
}

/// The people in the room, and whether the call is on.
#[component(Roster)]
pub(crate) fn roster(props: &RosterProps) -> Html {
    count_render("Roster");
    let texts = use_texts();
    let mut people = props.people.clone();
    people.sort_by_key(|person| features::list_place(&person.features));
    let call_on = props.people.iter().any(|person| person.in_call);
    let state = if call_on {
        texts.lobby.call_on
    } else if !props.people.is_empty() {
        texts.lobby.call_off
    } else if props.known {
        texts.lobby.nobody
    } else {
        texts.lobby.looking
    };
    html! {
        <section class="roster" aria-labelledby="roster-heading">
            <h2 id="roster-heading">{ texts.lobby.roster }</h2>
            <p class="roster-state" data-call={call_on.then_some("on")} role="status">
                { state }
            </p>
            if !props.people.is_empty() {
                <ul>
                    { for people.iter().map(|person| html! {
                        <li key={person.id.to_string()}>
                            { avatar(&person.name, Some(person.id)) }
                            <bdi class="roster-name">
                                { texts.name(person.name.as_str()) }
                            </bdi>
                            { features::in_list(texts, &person.features) }
                            <span class="roster-where">
                                { if person.in_call { texts.lobby.in_call } else { texts.lobby.waiting } }
                            </span>
                        </li>
                    }) }
                </ul>
            }
        </section>
    }
}
