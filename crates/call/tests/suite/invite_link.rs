//! Invite links as people, chat programs, mail clients and scanners alter them.

use proptest::prelude::*;
use tincan_call::{InviteLink, RoomSecret, without_tracking};

/// The fragment of the room that the links below lead to.
const ADA: &str = "dGluY2FuIHRlc3Qgcm9vbQ";
/// Another one, with both characters that may be escaped.
const LIN: &str = "-_8-Zm9vYmFyLV9hYmNkZQ";

fn room(fragment: &str) -> InviteLink {
    InviteLink::Room(secret(fragment))
}

fn secret(fragment: &str) -> RoomSecret {
    RoomSecret::from_fragment(fragment).expect("a secret")
}

/// Returns a template with `ADA` and `LIN` replaced by the secrets.
fn text(template: &str) -> String {
    template.replace("ADA", ADA).replace("LIN", LIN)
}

#[test]
fn additions_of_chat_programs_and_mail_clients_are_dropped() {
    for template in [
        "https://call.example/#ADA",
        "https://call.example/tincan/index.html?v=1#ADA",
        "#ADA",
        "ADA",
        // Punctuation of sentences.
        "https://h/#ADA.",
        "https://h/#ADA,",
        "https://h/#ADA)",
        "https://h/#ADA>",
        "https://h/#ADA\"",
        "https://h/#ADA]",
        "https://h/#ADA;",
        "https://h/#ADA!",
        "https://h/#ADA?",
        "https://h/#ADA:",
        "https://h/#ADA'",
        "https://h/#ADA\u{2019}",
        "https://h/#ADA\u{201d}",
        "https://h/#ADA\u{bb}",
        "https://h/#ADA\u{2026}",
        "https://h/#ADA\u{2014}",
        "https://h/#ADA\u{2014}see you",
        "https://h/#ADA\u{3002}",
        "https://h/#ADA\u{ff0c}",
        "https://h/#ADA\u{ff09}",
        "https://h/#ADA\u{200b}",
        "https://h/#ADA\u{feff}word",
        "https://h/#ADA\u{a0}",
        "https://h/#ADA/",
        "https://h/#ADA%20",
        "https://h/#ADA%E2%80%8B",
        "https://h/#ADA%0A",
        "https://h/#ADA\\",
        "https://h/#ADA\0",
        // Punctuation in pairs, and words.
        "<https://h/#ADA>",
        "(https://h/#ADA)",
        "\u{300c}https://h/#ADA\u{300d}",
        "[join](https://h/#ADA)",
        "[https://h/#ADA](https://h/#ADA)",
        "<a href=\"https://h/#ADA\">https://h/#ADA</a>",
        "Shall we talk? https://h/#ADA in five minutes",
        "Issue #3: https://h/#ADA #today",
        "\u{6765}\u{804a}\u{5929}https://h/#ADA\u{5427}",
        "ADA.",
        "\u{201c}ADA\u{201d}",
        "The code is ADA, see you",
        // Markdown.
        "*https://h/#ADA*",
        "**https://h/#ADA**",
        "_https://h/#ADA_",
        "__https://h/#ADA__",
        "~~https://h/#ADA~~",
        "`https://h/#ADA`",
        "_ADA_",
        // Tracking parameters.
        "https://h/?fbclid=IwAR0abcdefghijklmnopq#ADA",
        "https://h/#ADA?fbclid=IwAR0abcdefghijklmnopq",
        "https://h/#ADA&utm_source=newsletter&utm_medium=mail",
        "https://h/#ADA#:~:text=A%20private",
        "https://h/#ADA:~:text=A%20private",
        "https://h/##ADA",
        "https://h/#/ADA",
        "https://h/#!ADA",
        "https://h/#%20ADA",
        // Pasted twice.
        "https://h/#ADAhttps://h/#ADA",
        "https://h/#ADA\nhttps://h/#ADA",
        "https://h/#ADA https://mirror.example/#ADA",
        "https://h/#ADAADA",
    ] {
        assert_eq!(InviteLink::from_text(&text(template)), room(ADA), "{template:?}");
    }
}

#[test]
fn encodings_and_wrappers_are_undone() {
    for template in [
        "https://h/%23LIN",
        "https://h/%2523LIN",
        "https://h/%25252523LIN",
        "https://h/&#35;LIN",
        "https://h/&#x23;LIN&amp;utm_source=x",
        "https://h/&num;LIN",
        "https://h/\\u0023LIN",
        "https://h/\\#LIN",
        "https://h/\u{ff03}LIN",
        "https://eur01.safelinks.example/?url=https%3A%2F%2Fh%2F%23LIN&data=05%7C02%7Cx&reserved=0",
        "https://www.google.example/url?q=https://h/%23LIN&sa=D&source=mail",
        "https://l.facebook.example/l.php?u=https%3A%2F%2Fh%2F%23LIN&h=AT0abcdefghijklmnopqrstuv",
        "https://slack.example/link?url=https%3A%2F%2Fh%2F%2523LIN",
        "https://urldefense.com/v3/__https://h/*LIN__;Iw!!abcdefghijklmnopqrstuv$",
        "https://h/=23LIN",
    ] {
        assert_eq!(InviteLink::from_text(&text(template)), room(LIN), "{template:?}");
    }
    for (written, character) in
        [("%2D", '-'), ("%2d", '-'), ("&#45;", '-'), ("\\-", '-'), ("\u{2010}", '-')]
    {
        let link = format!("https://h/#{}", LIN.replace(character, written));
        assert_eq!(InviteLink::from_text(&link), room(LIN), "{link}");
    }
    for written in ["%5F", "%5f", "&lowbar;", "\\_", "\\u005f", "\u{ff3f}"] {
        let link = format!("https://h/#{}", LIN.replace('_', written));
        assert_eq!(InviteLink::from_text(&link), room(LIN), "{link}");
    }
    let defended = LIN.replace('-', "-2D").replace('_', "-5F");
    let link =
        format!("https://urldefense.proofpoint.com/v2/url?u=https-3A__h_-23{defended}&d=DwM");
    assert_eq!(InviteLink::from_text(&link), room(LIN));
    let dashes = "ab--Zm9vYmFyLV9hYmNkZQ";
    let link = format!("https://h/#{}", dashes.replace("--", "\u{2014}"));
    assert_eq!(InviteLink::from_text(&link), room(dashes), "a typing aid made one dash of two");
}

#[test]
fn a_link_broken_over_lines_is_joined() {
    let (first, second) = ADA.split_at(9);
    for gap in [
        "\n", "\r\n", "\r", " \r\n ", "\n    ", "\n> ", "\r\n> > ", "\n| ", "=\r\n", "=\n",
        "\u{200b}", "\u{ad}", "\u{2028}", "%0A", "%0D%0A",
    ] {
        for template in [
            format!("https://h/#{first}{gap}{second}"),
            format!("> Talk here: https://h/#{first}{gap}{second}.\n> See you"),
            format!("https://h/{gap}#{first}{gap}{second}"),
            format!("https://h/#{gap}{first}{second}"),
        ] {
            assert_eq!(InviteLink::from_text(&template), room(ADA), "{template:?}");
        }
    }
    // Text after the line of an intact link is not part of it.
    for template in ["https://h/#ADA\nSee you", "https://h/#ADA\r\n--\r\nLin", "ADA\nAda"] {
        assert_eq!(InviteLink::from_text(&text(template)), room(ADA), "{template:?}");
    }
}

#[test]
fn links_to_two_rooms_are_both_reported() {
    let both = InviteLink::Several(vec![secret(LIN), secret(ADA)]);
    for template in [
        "https://h/#LIN https://h/#ADA",
        "https://h/#LIN\nhttps://h/#ADA\nhttps://h/#LIN",
        "https://h/#LINhttps://h/#ADA",
        "#LIN%20%23ADA",
        "LIN ADA",
    ] {
        assert_eq!(InviteLink::from_text(&text(template)), both, "{template:?}");
    }
    // Text that is not an intact link does not count beside one.
    for template in [
        "https://h/#q83v https://h/#ADA",
        "https://other.example/#overview and https://h/#ADA",
        "https://h/#dgluy2fuihrlc3qgcm9vbq https://h/#ADA",
        "#averylonghashtagthatisnolink https://h/#ADA",
    ] {
        assert_eq!(InviteLink::from_text(&text(template)), room(ADA), "{template:?}");
    }
}

#[test]
fn a_damaged_link_does_not_open_a_room() {
    // In lower case the last character may be invalid at the end of a secret.
    let lower = "dgluy2fuihrlc3qgcm9vbw";
    let upper = ADA.to_ascii_uppercase();
    for (link, leads_to) in [
        (format!("https://h/#{lower}"), Some(lower)),
        (format!("HTTPS://H/#{upper}"), Some(upper.as_str())),
        ("https://h/#dgluy2fuihrlc3qgcm9vbq".to_owned(), None),
        ("dgluy2fuihrlc3qgcm9vbq".to_owned(), None),
        ("0123456789012345678901".to_owned(), None),
        // Text was appended that is not known to be foreign.
        (format!("https://h/#{ADA}x"), Some(ADA)),
        (format!("https://h/#{ADA}Seeyou"), Some(ADA)),
        // Its last character cannot end a secret.
        ("https://h/#dGluY2FuIHRlc3Qgcm9vbR".to_owned(), None),
        // A space may stand for a line break, or follow a truncated link.
        (format!("https://h/#{}", [&ADA[..9], &ADA[9..]].join(" ")), Some(ADA)),
        (format!("https://h/#{}", [&ADA[..9], &ADA[9..]].join("%20")), Some(ADA)),
    ] {
        let damaged = InviteLink::Damaged(leads_to.map(secret));
        assert_eq!(InviteLink::from_text(&link), damaged, "{link}");
    }
}

#[test]
fn truncated_links_are_incomplete_and_other_texts_are_missing() {
    for template in [
        "https://h/#q83v",
        "https://h/#dGluY2FuIHRlc3Qgcm9vb",
        "#q83v see you",
        "https://h/#q\n\nSee",
    ] {
        assert_eq!(InviteLink::from_text(template), InviteLink::Incomplete, "{template:?}");
    }
    for template in [
        "",
        "#",
        "hello",
        "https://h/",
        "https://h/dGluY2FuIHRlc3Qgcm9vbQ",
        "https://h/?id=dGluY2FuIHRlc3Qgcm9vbQ",
        "dGluY2FuIHRlc3Qgcm9vbQ@call.example",
        "counterrevolutionaries",
        "%",
        "&#;",
        "\\u",
    ] {
        assert_eq!(InviteLink::from_text(&text(template)), InviteLink::Missing, "{template:?}");
    }
}

#[test]
fn a_fragment_is_read_with_and_without_its_hash_sign() {
    for template in ["ADA", "#ADA", "ADA?fbclid=x", "%20ADA%20", "ADA%E2%80%8B", "/ADA", "ADA)."] {
        assert_eq!(InviteLink::from_fragment(&text(template)), room(ADA), "{template}");
    }
    assert_eq!(InviteLink::from_fragment(""), InviteLink::Missing);
    for fragment in ["q83v", "about us", "!", "?fbclid=x"] {
        assert_eq!(InviteLink::from_fragment(fragment), InviteLink::Incomplete, "{fragment}");
    }
}

#[test]
fn a_new_room_never_looks_like_a_damaged_link() {
    let folded = secret("dgluy2fuihrlc3qgcm9vbw");
    let bytes = |fragment: &str| {
        use base64ct::{Base64UrlUnpadded, Encoding as _};
        let mut bytes = [0; 16];
        Base64UrlUnpadded::decode(fragment, &mut bytes).expect("a secret");
        bytes
    };
    let mut drawn = [bytes("dgluy2fuihrlc3qgcm9vbw"), [0; 16], bytes(ADA)].into_iter();
    assert_eq!(RoomSecret::draw(|| drawn.next()), Some(secret(ADA)));
    assert_ne!(RoomSecret::draw(|| Some(bytes(ADA))), Some(folded));
    assert_eq!(RoomSecret::draw(|| None), None);
    assert_eq!(RoomSecret::draw(|| Some([0; 16])), None, "that is no randomness");
}

#[test]
fn only_tracking_parameters_are_removed_from_an_address() {
    for (query, clean) in [
        ("", ""),
        ("?", ""),
        ("?fbclid=IwAR0", ""),
        ("?utm_source=a&utm_medium=b", ""),
        ("?UTM_Source=a", ""),
        ("?page=tincan", "?page=tincan"),
        ("?page=tincan&gclid=1&v=2", "?page=tincan&v=2"),
        ("page=1", "?page=1"),
    ] {
        assert_eq!(without_tracking(query), clean, "{query}");
    }
}

/// Generates text without a character of secrets, and without escapes of such characters.
fn junk() -> impl Strategy<Value = String> {
    let other = any::<char>()
        .prop_filter("part of a secret", |c| !c.is_ascii_alphanumeric() && *c != '-' && *c != '_');
    prop::collection::vec(other, 0..40).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #[test]
    fn an_intact_link_is_found_in_any_text(
        bytes in any::<[u8; 16]>(),
        before in junk(),
        after in junk(),
        is_quoted in any::<bool>(),
    ) {
        if let Some(secret) = RoomSecret::draw(|| Some(bytes)) {
            let mark = if is_quoted { "%23" } else { "#" };
            let text = [&before, "https://call.example/", mark, &secret.to_fragment(), &after].concat();
            prop_assert_eq!(InviteLink::from_text(&text), InviteLink::Room(secret.clone()));
            let fragment = [&secret.to_fragment(), after.as_str()].concat();
            prop_assert_eq!(InviteLink::from_fragment(&fragment), InviteLink::Room(secret));
        }
    }

    #[test]
    fn no_text_panics_and_no_link_is_found_in_other_text(text in any::<String>()) {
        let found = InviteLink::from_text(&text);
        if text.chars().filter(char::is_ascii_alphanumeric).count() < 4 {
            prop_assert!(matches!(found, InviteLink::Missing | InviteLink::Incomplete));
        }
    }

    #[test]
    fn marks_and_encodings_in_any_order_do_not_panic(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "#", "%23", "%", "&#", "&#x", ";", "\\u", "\\", "=", "\n", "> ", "%E2", "\u{2014}",
                ADA, LIN, "http", "a", "0", "urldefense", "/v3/", "=23", "\u{200b}", "-", "_", " ",
            ]),
            0..30,
        ),
    ) {
        let _ = InviteLink::from_text(&parts.concat());
        let _ = InviteLink::from_fragment(&parts.concat());
        let _ = without_tracking(&parts.concat());
    }

    #[test]
    fn a_case_folded_link_is_never_intact(bytes in any::<[u8; 16]>()) {
        let link = ["https://h/#", &RoomSecret::from_bytes(bytes).to_fragment()].concat();
        for link in [link.to_ascii_lowercase(), link.to_ascii_uppercase()] {
            prop_assert!(matches!(InviteLink::from_text(&link), InviteLink::Damaged(_)));
        }
    }
}
