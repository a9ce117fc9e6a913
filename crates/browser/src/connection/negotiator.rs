//! Offers and answers of one connection (W3C WebRTC, 4.4.1; RFC 8829).

use std::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;

use tincan_call::{ConnectionEvent, OfferApplied};
use tincan_protocol::{MidSources, NegotiationId, Source};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RtcPeerConnection, RtcSessionDescriptionInit};

use super::configuration::description;
use super::report::{RawReport, ReportSink};
use super::sections::MediaSections;
use super::statistics::Statistics;
use super::transport::TransportWatch;
use crate::js::PeerConnectionExt;
use crate::{log, object};

/// Runs the operations that take their time, and reports their results.
///
/// Each takes its first step at once, so that a candidate that follows it waits for it in the
/// browser's own queue (W3C WebRTC, 4.4.1.2); the rest is the future that it returns.
pub(super) struct Negotiator {
    connection: RtcPeerConnection,
    sections: RefCell<MediaSections>,
    /// An offer or answer of this side that is not applied yet.
    created: RefCell<Option<RtcSessionDescriptionInit>>,
    transport: TransportWatch,
    on_event: Box<dyn Fn(ConnectionEvent)>,
    report_sink: RefCell<Option<ReportSink>>,
    is_closed: Cell<bool>,
}

impl Negotiator {
    pub(super) fn new(
        connection: RtcPeerConnection,
        sections: MediaSections,
        on_event: Box<dyn Fn(ConnectionEvent)>,
    ) -> Self {
        Self {
            connection,
            sections: RefCell::new(sections),
            created: RefCell::default(),
            transport: TransportWatch::default(),
            on_event,
            report_sink: RefCell::default(),
            is_closed: Cell::new(false),
        }
    }

    pub(super) fn connection(&self) -> &RtcPeerConnection {
        &self.connection
    }

    pub(super) fn set_report_sink(&self, sink: Option<ReportSink>) {
        *self.report_sink.borrow_mut() = sink;
    }

    pub(super) fn sections(&self) -> RefMut<'_, MediaSections> {
        self.sections.borrow_mut()
    }

    pub(super) fn report(&self, event: ConnectionEvent) {
        if !self.is_closed.get() {
            (self.on_event)(event);
        }
    }

    /// Closes the connection; nothing more is reported.
    pub(super) fn close(&self) {
        self.is_closed.set(true);
        self.transport.stop();
        self.connection.close();
    }

    pub(super) fn create_offer(
        self: &Rc<Self>,
        negotiation: NegotiationId,
        applied: OfferApplied,
        sections: &[Source],
        ice_restart: bool,
    ) -> impl Future<Output = ()> + use<> {
        let created = self.begin_offer(applied, sections, ice_restart);
        let this = Rc::clone(self);
        async move {
            let offer = this.offer(created).await;
            this.finish(negotiation, offer, |(sdp, sources)| ConnectionEvent::OfferCreated {
                negotiation,
                sdp,
                sources,
            });
        }
    }

    pub(super) fn accept_offer(
        self: &Rc<Self>,
        negotiation: NegotiationId,
        sdp: &str,
        sources: MidSources,
    ) -> impl Future<Output = ()> + use<> {
        // An offer of this side's that crossed it gives way.
        self.created.take();
        let applied = self.set_remote("offer", sdp);
        let this = Rc::clone(self);
        async move {
            let answer = this.answer(applied, &sources).await;
            this.finish(negotiation, answer, |sdp| ConnectionEvent::AnswerCreated {
                negotiation,
                sdp,
            });
        }
    }

    pub(super) fn apply_answer(
        self: &Rc<Self>,
        negotiation: NegotiationId,
    ) -> impl Future<Output = ()> + use<> {
        let applied = self.apply_created();
        let this = Rc::clone(self);
        async move {
            let applied = this.agreed(applied, None).await;
            this.finish(negotiation, applied, |()| ConnectionEvent::AnswerApplied { negotiation });
        }
    }

    pub(super) fn accept_answer(
        self: &Rc<Self>,
        negotiation: NegotiationId,
        sdp: &str,
    ) -> impl Future<Output = ()> + use<> {
        let offered = self.apply_created();
        let applied = self.set_remote("answer", sdp);
        let this = Rc::clone(self);
        async move {
            let accepted = this.agreed(offered, Some(applied)).await;
            this.finish(negotiation, accepted, |()| ConnectionEvent::AnswerAccepted {
                negotiation,
            });
        }
    }

    /// Reads the statistics (`getStats`). A failure is not reported.
    pub(super) fn measure(self: &Rc<Self>) -> impl Future<Output = ()> + use<> {
        let report = object::ask(&self.connection, "getStats", &[]);
        let this = Rc::clone(self);
        async move {
            if let Ok(report) = report.await {
                let camera = this.sections().received_camera();
                let statistics = Statistics::new(report);
                let sample = statistics.sample(camera.as_deref());
                this.report(ConnectionEvent::Measured(sample));
                let sink = this.report_sink.borrow().clone();
                if let Some(sink) = sink.filter(|_| !this.is_closed.get()) {
                    sink(RawReport { statistics, sample });
                }
            }
        }
    }

    fn begin_offer(
        &self,
        applied: OfferApplied,
        sections: &[Source],
        ice_restart: bool,
    ) -> Result<JsFuture, JsValue> {
        self.created.take();
        self.sections().add_missing(&self.connection, sections)?;
        if ice_restart {
            self.extended().restart_ice()?;
        }
        Ok(match applied {
            OfferApplied::AtOnce => self.extended().set_local_description()?.into(),
            OfferApplied::WithAnswer => self.connection.create_offer().into(),
        })
    }

    async fn offer(
        &self,
        created: Result<JsFuture, JsValue>,
    ) -> Result<(String, MidSources), JsValue> {
        let created = created?.await?;
        // Applying it resolves to nothing.
        let sdp = if created.is_undefined() {
            self.connection.local_description().ok_or(JsValue::UNDEFINED)?.sdp()
        } else {
            let offer: RtcSessionDescriptionInit = created.unchecked_into();
            self.keep(offer)
        };
        let sources = self.sections().sources(&self.connection, &sdp);
        Ok((sdp, sources))
    }

    async fn answer(
        self: &Rc<Self>,
        applied: Result<JsFuture, JsValue>,
        sources: &MidSources,
    ) -> Result<String, JsValue> {
        applied?.await?;
        self.sections().bind(&self.connection, sources);
        self.report_received();
        let answer = JsFuture::from(self.connection.create_answer()).await?;
        Ok(self.keep(answer.unchecked_into()))
    }

    /// Keeps a description of this side until it is applied. Returns its text.
    fn keep(&self, description: RtcSessionDescriptionInit) -> String {
        let sdp = description.get_sdp().unwrap_or_default();
        self.created.replace(Some(description));
        sdp
    }

    /// Applies the description of this side that waits for it, if one does.
    fn apply_created(&self) -> Option<JsFuture> {
        let created = self.created.take()?;
        Some(self.connection.set_local_description(&created).into())
    }

    /// Waits until both descriptions are applied.
    async fn agreed(
        self: &Rc<Self>,
        local: Option<JsFuture>,
        remote: Option<Result<JsFuture, JsValue>>,
    ) -> Result<(), JsValue> {
        if let Some(local) = local {
            local.await?;
        }
        if let Some(remote) = remote {
            remote?.await?;
        }
        self.sections().apply_encodings();
        self.report_received();
        self.watch_transport();
        self.report_sections();
        Ok(())
    }

    fn watch_transport(self: &Rc<Self>) {
        let this = Rc::downgrade(self);
        self.transport.watch(&self.connection, move || {
            if let Some(this) = this.upgrade() {
                this.report(ConnectionEvent::ClosedByPeer);
            }
        });
    }

    fn set_remote(&self, kind: &'static str, sdp: &str) -> Result<JsFuture, JsValue> {
        Ok(self.connection.set_remote_description(&description(kind, sdp)?).into())
    }

    fn report_received(&self) {
        let received = self.sections().receive();
        for (source, stream) in received {
            self.report(ConnectionEvent::TrackReceived { source, stream });
        }
    }

    fn report_sections(&self) {
        let sections = self.sections().agreed();
        self.report(ConnectionEvent::SectionsAgreed(sections));
    }

    fn finish<T>(
        &self,
        negotiation: NegotiationId,
        result: Result<T, JsValue>,
        done: impl FnOnce(T) -> ConnectionEvent,
    ) {
        let event = match result {
            Ok(result) => done(result),
            Err(error) => {
                log::refused("a negotiation failed", &error);
                ConnectionEvent::NegotiationFailed { negotiation }
            }
        };
        self.report(event);
    }

    fn extended(&self) -> &PeerConnectionExt {
        self.connection.unchecked_ref()
    }
}
