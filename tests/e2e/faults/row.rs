//! The rows of the table, one per kind of fault.

use std::time::Duration;

use anyhow::Result;

use crate::call::{Call, Place, Since};
use crate::devices::{permission_withdrawn, unplugged};
use crate::hostile::hostile_server;
use crate::lab;
use crate::network::{
    address_swap, blackout, credentials_expired, loss, relay_restart, server_away, server_restart,
    thin_line,
};
use crate::stopped::stopped;
use crate::storm::{Sources, is_over, storm};

/// The share of lost packets, in percent.
const LOSS: u8 = 30;

/// The bandwidth of a thin line, in kbit/s.
const THIN: u32 = 200;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Row {
    /// The server is killed, and another one starts.
    ServerRestart,
    /// Camera and microphone are unplugged.
    Unplugged,
    /// The page's permission to use devices is revoked.
    Permission,
    /// One page is stopped.
    Stopped,
    /// The server repeats, delays and reorders messages.
    HostileServer,
    /// Both sides add and remove sources concurrently.
    GlareStorm,
    /// The server is down while both sides' networks change.
    ServerAway,
    /// One side's interface and address change.
    AddressSwap,
    /// All packets are lost for a while.
    Blackout,
    /// Many packets are lost for a while.
    Loss,
    /// The bandwidth is low for a while.
    ThinLine,
    /// The only relay is killed, and another one starts.
    RelayRestart,
    /// The only relay is restarted after the credentials for it have expired.
    CredentialsExpired,
}

/// The duration of a suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Together with all other tests: shortened, and without limits.
    Short,
    /// Alone.
    Long,
}

/// The description of a row.
struct Facts {
    name: &'static str,
    words: &'static str,
    place: Place,
    /// The longest allowed gap, in seconds.
    limit: Option<f64>,
    /// The duration in seconds in either form, if it can be chosen.
    duration: Option<[u64; 2]>,
    /// True if the row is part of the short form.
    is_quick: bool,
}

impl Row {
    pub(crate) const ALL: [Self; 13] = [
        Self::ServerRestart,
        Self::Unplugged,
        Self::Permission,
        Self::Stopped,
        Self::HostileServer,
        Self::GlareStorm,
        Self::ServerAway,
        Self::AddressSwap,
        Self::Blackout,
        Self::Loss,
        Self::ThinLine,
        Self::RelayRestart,
        Self::CredentialsExpired,
    ];

    fn facts(self) -> Facts {
        let facts = |name, words, place| Facts {
            name,
            words,
            place,
            limit: None,
            duration: None,
            is_quick: false,
        };
        match self {
            Self::ServerRestart => Facts {
                limit: Some(1.0),
                is_quick: true,
                ..facts("server-restart", "server killed and restarted", Place::Here)
            },
            Self::Unplugged => Facts {
                is_quick: true,
                ..facts("unplugged", "camera and microphone unplugged", Place::Here)
            },
            Self::Permission => Facts {
                is_quick: true,
                ..facts("permission", "permission withdrawn and given", Place::Here)
            },
            Self::Stopped => Facts {
                limit: Some(5.0),
                duration: Some([5, 90]),
                is_quick: true,
                ..facts("stopped", "page stopped", Place::Here)
            },
            Self::HostileServer => Facts {
                duration: Some([5, 15]),
                is_quick: true,
                ..facts("hostile-server", "server repeats, delays, mixes", Place::Here)
            },
            Self::GlareStorm => Facts {
                duration: Some([5, 30]),
                is_quick: true,
                ..facts("glare-storm", "both add and remove sources", Place::Here)
            },
            Self::ServerAway => Facts {
                limit: Some(5.0),
                duration: Some([8, 60]),
                is_quick: true,
                ..facts("server-away", "server away, both paths change", Place::Homes)
            },
            Self::AddressSwap => Facts {
                limit: Some(4.0),
                is_quick: true,
                ..facts("address-swap", "interface and address swapped", Place::Homes)
            },
            Self::Blackout => Facts {
                limit: Some(3.0),
                duration: Some([5, 10]),
                ..facts("blackout", "blackout", Place::Homes)
            },
            Self::Loss => {
                Facts { duration: Some([5, 10]), ..facts("loss", "30 % loss", Place::Homes) }
            }
            Self::ThinLine => Facts {
                duration: Some([5, 10]),
                ..facts("thin-line", "rate cut to 200 kbit/s", Place::Homes)
            },
            Self::RelayRestart => Facts {
                duration: Some([3, 10]),
                ..facts("relay-restart", "the only relay killed and restarted", Place::Relayed)
            },
            Self::CredentialsExpired => Facts {
                duration: Some([3, 10]),
                ..facts(
                    "credentials-expired",
                    "credentials expired, relay restarted",
                    Place::ShortLived,
                )
            },
        }
    }

    /// Returns the name on the command line.
    pub(crate) fn name(self) -> &'static str {
        self.facts().name
    }

    /// Returns a description.
    pub(crate) fn words(self, form: Form) -> String {
        let Facts { words, duration, .. } = self.facts();
        match duration {
            Some(_) => format!("{words}, {} s", self.duration(form).as_secs()),
            None => words.to_owned(),
        }
    }

    /// Returns the longest allowed gap in seconds, if it is limited.
    pub(crate) fn limit(self) -> Option<f64> {
        self.facts().limit
    }

    /// Returns `true` if a gap of so many seconds is allowed.
    pub(crate) fn is_within_limit(self, gap: f64) -> bool {
        self.limit().is_none_or(|limit| gap <= limit)
    }

    /// Returns the network of the call.
    pub(crate) fn place(self) -> Place {
        self.facts().place
    }

    /// Returns the reason why the row cannot run on this system, if so.
    pub(crate) fn skip_reason(self) -> Option<&'static str> {
        match self.place() {
            Place::Here => None,
            Place::Homes | Place::Relayed | Place::ShortLived => lab::skip_reason(),
        }
    }

    /// Returns `true` if the row is part of the short form.
    pub(crate) fn is_quick(self) -> bool {
        self.facts().is_quick
    }

    fn duration(self, form: Form) -> Duration {
        let [short, long] = self.facts().duration.unwrap_or_default();
        Duration::from_secs(match form {
            Form::Short => short,
            Form::Long => long,
        })
    }

    /// Injects the fault, and returns when it has ended. `seed` determines random choices, and
    /// differs between runs.
    pub(crate) async fn inject(self, call: &Call, form: Form, seed: u64) -> Result<Since> {
        let duration = self.duration(form);
        match self {
            Self::ServerRestart => server_restart(call).await,
            Self::Unplugged => unplugged(call, seed).await,
            Self::Permission => permission_withdrawn(call).await,
            Self::Stopped => stopped(call, duration).await,
            Self::HostileServer => hostile_server(call, duration, seed).await,
            Self::GlareStorm => {
                storm(call, duration, seed, Sources::All).await?;
                is_over(call).await?;
                Ok(Since::now())
            }
            Self::ServerAway => server_away(call, duration).await,
            Self::AddressSwap => address_swap(call, seed),
            Self::Blackout => blackout(call, duration, seed).await,
            Self::Loss => loss(call, LOSS, duration, seed).await,
            Self::ThinLine => thin_line(call, THIN, duration, seed).await,
            Self::RelayRestart => relay_restart(call, duration).await,
            Self::CredentialsExpired => credentials_expired(call, duration).await,
        }
    }
}
