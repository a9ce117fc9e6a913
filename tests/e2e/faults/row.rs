//! The rows of the table: what breaks, and how.

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

/// How many packets are lost, in percent.
const LOSS: u8 = 30;

/// What a thin line carries, in kbit/s.
const THIN: u32 = 200;

/// What breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Row {
    /// The server is killed, and another one starts.
    ServerRestart,
    /// Camera and microphone are unplugged.
    Unplugged,
    /// The page may not use devices any more.
    Permission,
    /// One page stands still.
    Stopped,
    /// The server repeats, delays and mixes what it carries.
    HostileServer,
    /// Both sides add and take away sources at once.
    GlareStorm,
    /// The server is away while both sides' networks change.
    ServerAway,
    /// One side's interface and address change.
    AddressSwap,
    /// Nothing passes for a while.
    Blackout,
    /// Many packets are lost for a while.
    Loss,
    /// Little passes for a while.
    ThinLine,
    /// The only relay is killed, and another one starts.
    RelayRestart,
    /// The same, when the credentials for it have ended.
    CredentialsExpired,
}

/// How much time is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// With all the other tests: shortened, and no limits.
    Short,
    /// By itself.
    Long,
}

/// All that there is to say of a row.
struct Facts {
    name: &'static str,
    words: &'static str,
    place: Place,
    /// The longest gap that is allowed, in seconds.
    limit: Option<f64>,
    /// How many seconds it lasts in either form, where that is for us to choose.
    lasting: Option<[u64; 2]>,
    /// Whether it is part of the short form.
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
            lasting: None,
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
                lasting: Some([5, 90]),
                is_quick: true,
                ..facts("stopped", "page stopped", Place::Here)
            },
            Self::HostileServer => Facts {
                lasting: Some([5, 15]),
                is_quick: true,
                ..facts("hostile-server", "server repeats, delays, mixes", Place::Here)
            },
            Self::GlareStorm => Facts {
                lasting: Some([5, 30]),
                is_quick: true,
                ..facts("glare-storm", "both add and remove sources", Place::Here)
            },
            Self::ServerAway => Facts {
                limit: Some(5.0),
                lasting: Some([8, 60]),
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
                lasting: Some([5, 10]),
                ..facts("blackout", "blackout", Place::Homes)
            },
            Self::Loss => {
                Facts { lasting: Some([5, 10]), ..facts("loss", "30 % loss", Place::Homes) }
            }
            Self::ThinLine => Facts {
                lasting: Some([5, 10]),
                ..facts("thin-line", "rate cut to 200 kbit/s", Place::Homes)
            },
            Self::RelayRestart => Facts {
                lasting: Some([3, 10]),
                ..facts("relay-restart", "the only relay killed and restarted", Place::Relayed)
            },
            Self::CredentialsExpired => Facts {
                lasting: Some([3, 10]),
                ..facts(
                    "credentials-expired",
                    "credentials expired, relay restarted",
                    Place::ShortLived,
                )
            },
        }
    }

    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        self.facts().name
    }

    /// What it is in words.
    pub(crate) fn words(self, form: Form) -> String {
        let Facts { words, lasting, .. } = self.facts();
        match lasting {
            Some(_) => format!("{words}, {} s", self.lasting(form).as_secs()),
            None => words.to_owned(),
        }
    }

    /// The longest gap that is allowed, in seconds, where there is a limit.
    pub(crate) fn limit(self) -> Option<f64> {
        self.facts().limit
    }

    /// Whether a gap of so many seconds is allowed.
    pub(crate) fn is_within_limit(self, gap: f64) -> bool {
        self.limit().is_none_or(|limit| gap <= limit)
    }

    /// Where the call is made that it happens to.
    pub(crate) fn place(self) -> Place {
        self.facts().place
    }

    /// Why it can not be run here, if so.
    pub(crate) fn is_left_out(self) -> Option<&'static str> {
        match self.place() {
            Place::Here => None,
            Place::Homes | Place::Relayed | Place::ShortLived => lab::is_missing(),
        }
    }

    /// Whether it is quick enough for the short form.
    pub(crate) fn is_quick(self) -> bool {
        self.facts().is_quick
    }

    fn lasting(self, form: Form) -> Duration {
        let [short, long] = self.facts().lasting.unwrap_or_default();
        Duration::from_secs(match form {
            Form::Short => short,
            Form::Long => long,
        })
    }

    /// Lets it happen, until it has ended. `seed` is for what is left to chance, and another one in
    /// each run.
    pub(crate) async fn happens(self, call: &Call, form: Form, seed: u64) -> Result<Since> {
        let lasting = self.lasting(form);
        match self {
            Self::ServerRestart => server_restart(call).await,
            Self::Unplugged => unplugged(call, seed).await,
            Self::Permission => permission_withdrawn(call).await,
            Self::Stopped => stopped(call, lasting).await,
            Self::HostileServer => hostile_server(call, lasting, seed).await,
            Self::GlareStorm => {
                storm(call, lasting, seed, Sources::All).await?;
                is_over(call).await?;
                Ok(Since::now())
            }
            Self::ServerAway => server_away(call, lasting).await,
            Self::AddressSwap => address_swap(call, seed),
            Self::Blackout => blackout(call, lasting, seed).await,
            Self::Loss => loss(call, LOSS, lasting, seed).await,
            Self::ThinLine => thin_line(call, THIN, lasting, seed).await,
            Self::RelayRestart => relay_restart(call, lasting).await,
            Self::CredentialsExpired => credentials_expired(call, lasting).await,
        }
    }
}
