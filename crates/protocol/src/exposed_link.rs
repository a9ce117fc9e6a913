//! Links whose `#` was percent-encoded in transit: the intended fragment is in the path, so it was
//! sent to a server.

/// The fragment that makes the page explain an exposed link. It is not the secret of a room.
pub const EXPOSED_LINK_FRAGMENT: &str = "exposed-link";

/// Returns a reference to the explanation of an exposed link, relative to the link's path: the page
/// that the link was meant for, without the secret. Returns `None` if the path has no encoded `#`.
///
/// It is relative because a proxy may have changed the path, and so that no path can make it lead
/// to another host.
pub fn explain_exposed_link(path: &str) -> Option<String> {
    let (at, _) = path.match_indices('%').find(|(at, _)| is_encoded_hash(&path[at + 1..]))?;
    let depth = path[at..].matches('/').count();
    let up = if depth == 0 { "./".to_owned() } else { "../".repeat(depth) };
    Some(up + "#" + EXPOSED_LINK_FRAGMENT)
}

/// Returns `true` if `code`, which follows a `%`, makes it a `#` that was encoded once (`23`) or
/// repeatedly (`2523`).
fn is_encoded_hash(mut code: &str) -> bool {
    while let Some(inner) = code.strip_prefix("25") {
        code = inner;
    }
    code.starts_with("23")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exposed_link_is_explained_by_the_page_it_was_meant_for() {
        for (path, reference) in [
            ("/%23dGluY2FuIHRlc3Qgcm9vbQ", Some("./#exposed-link")),
            ("/%2523dGluY2FuIHRlc3Qgcm9vbQ", Some("./#exposed-link")),
            ("/%252523dgluy2fuihrlc3qgcm9vbq).", Some("./#exposed-link")),
            ("/tincan/%23dGluY2FuIHRlc3Qgcm9vbQ", Some("./#exposed-link")),
            ("/tincan/index.html%23dGluY2FuIHRlc3Qgcm9vbQ", Some("./#exposed-link")),
            ("/%23dGluY2FuIHRlc3Qgcm9vbQ/", Some("../#exposed-link")),
            ("/tincan/%23/dGluY2FuIHRlc3Qgcm9vbQ/", Some("../../#exposed-link")),
            ("//call.example/%23dGluY2FuIHRlc3Qgcm9vbQ", Some("./#exposed-link")),
            ("/", None),
            ("/index.html", None),
            ("/gone-0123456789abcdef.js", None),
            ("/100%25.html", None),
            ("/%2e%2e/23", None),
            ("/%", None),
        ] {
            assert_eq!(explain_exposed_link(path).as_deref(), reference, "{path}");
        }
    }
}
