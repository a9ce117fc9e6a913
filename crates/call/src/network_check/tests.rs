//! The verdicts as tables.

use super::*;
use crate::failure_report::Browser;

fn error(kind: IceServerKind, code: u16) -> IceServerError {
    IceServerError { server: kind, code }
}

#[test]
fn a_kind_of_server_has_one_verdict() {
    use IceServerKind::{Stun, TurnTcp, TurnTls, TurnUdp};
    for (kind, is_named, has_candidate, ended_early, codes, verdict) in [
        (Stun, false, false, true, &[][..], Verdict::Absent),
        (Stun, true, true, false, &[], Verdict::Works),
        (Stun, true, false, true, &[], Verdict::Works),
        (Stun, true, false, true, &[701], Verdict::Unreachable),
        (Stun, true, false, false, &[], Verdict::Unreachable),
        (TurnUdp, false, false, false, &[], Verdict::Absent),
        (TurnUdp, true, true, false, &[701], Verdict::Works),
        (TurnUdp, true, true, false, &[401], Verdict::Works),
        (TurnUdp, true, false, true, &[], Verdict::Unreachable),
        (TurnUdp, true, false, false, &[701, 401], Verdict::Refused),
        (TurnTcp, true, false, false, &[486, 401], Verdict::Refused),
        (TurnTcp, true, false, false, &[486], Verdict::Failing),
        (TurnTcp, true, false, false, &[701], Verdict::Unreachable),
        (TurnTls, true, false, false, &[701], Verdict::NotSecure),
        (TurnTls, true, false, false, &[], Verdict::NotSecure),
        (TurnTls, true, false, false, &[401], Verdict::Refused),
    ] {
        let errors = codes.iter().map(|code| error(kind, *code)).collect();
        let gathered = Gathered { is_named, has_candidate, ended_early, errors };
        assert_eq!(gathered.verdict(kind), verdict, "{kind:?}: {gathered:?}");
    }
}

#[test]
fn only_an_answer_of_a_relay_ends_the_wait() {
    for (verdict, is_answer) in [
        (Verdict::Works, false),
        (Verdict::Unreachable, false),
        (Verdict::NotSecure, false),
        (Verdict::Refused, true),
        (Verdict::Failing, true),
    ] {
        assert_eq!(verdict.is_answer(), is_answer, "{verdict:?}");
    }
}

#[test]
fn a_call_with_oneself_is_judged_by_its_rate() {
    for (is_connected, bytes, time_ms, rate, verdict) in [
        (false, 0, 0, 0, Verdict::Unreachable),
        (true, 0, 0, 0, Verdict::Slow),
        (true, 124_750, 2000, 499, Verdict::Slow),
        (true, 125_000, 2000, 500, Verdict::Works),
        (true, 25_000_000, 2000, 100_000, Verdict::Works),
        (true, u64::MAX, 0, u32::MAX, Verdict::Works),
    ] {
        let loopback = Loopback { is_connected, bytes, time_ms };
        assert_eq!(loopback.rate(), rate, "{loopback:?}");
        assert_eq!(loopback.verdict(), verdict, "{loopback:?}");
    }
}

#[test]
fn results_are_words_and_numbers() {
    let results = [
        CheckResult {
            line: CheckLine::Server,
            verdict: Verdict::Works,
            took_ms: Some(12),
            rate: None,
        },
        CheckResult {
            line: CheckLine::Ice(IceServerKind::TurnTls),
            verdict: Verdict::Absent,
            took_ms: None,
            rate: None,
        },
        CheckResult {
            line: CheckLine::Loopback,
            verdict: Verdict::Slow,
            took_ms: Some(340),
            rate: Some(210),
        },
    ];
    let text = CheckReport::new(&results, Browser::Chromium).to_json();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected = serde_json::json!({
        "tincan": env!("CARGO_PKG_VERSION"),
        "protocol": tincan_protocol::VERSION,
        "browser": "chromium",
        "results": [
            { "line": "server", "verdict": "works", "took_ms": 12 },
            { "line": "turn-tls", "verdict": "absent" },
            {
                "line": "loopback-call",
                "verdict": "slow",
                "took_ms": 340,
                "kilobits_per_second": 210,
            },
        ],
    });
    assert_eq!(report, expected);
}
