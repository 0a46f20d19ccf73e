//! A broken invariant is a bug of ours: catch it, say so, and say how to replay it.

use super::Failure;
use crate::report::text::quoted;
use std::ffi::OsString;
use std::panic::{self, PanicHookInfo};
use std::sync::Mutex;

/// What broke first, and where. The hook writes it on whatever thread panics.
static BROKEN: Mutex<Option<String>> = Mutex::new(None);

/// Calls `work`; a panic inside, on any thread whose panic reaches this one, becomes [`Failure::Bug`]
/// with the command that replays it.
pub fn caught<T>(
    arguments: &[OsString],
    work: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, Failure> {
    panic::set_hook(Box::new(remember));
    // Nothing of a failed command is used afterwards, so no broken state can be seen.
    let result = panic::catch_unwind(panic::AssertUnwindSafe(work));
    let _ = panic::take_hook();
    result.unwrap_or_else(|_| {
        let broken = BROKEN.lock().ok().and_then(|mut broken| broken.take());
        Err(Failure::Bug(message(arguments, &broken.unwrap_or_else(|| "an unknown panic".into()))))
    })
}

fn remember(info: &PanicHookInfo) {
    let payload = info.payload();
    let what = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_string())
        .or_else(|| payload.downcast_ref::<String>().cloned());
    let at = info.location().map_or("an unknown place".to_string(), |place| {
        format!("{}:{}", place.file(), place.line())
    });
    if let Ok(mut broken) = BROKEN.lock() {
        broken.get_or_insert(format!("{} ({at})", what.unwrap_or_else(|| "no message".into())));
    }
}

fn message(arguments: &[OsString], broken: &str) -> String {
    let words: Vec<String> =
        arguments.iter().skip(1).map(|word| quoted(&word.to_string_lossy())).collect();
    format!(
        "error: this is a bug in mrsim {}: {broken}\nhelp: please report it with the scenario and this command, which replays it:\n  mrsim {}",
        env!("CARGO_PKG_VERSION"),
        words.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_bug_with_its_replay() {
        let arguments: Vec<OsString> =
            ["/usr/bin/mrsim", "run", "my file.ron", "--seed", "7"].map(OsString::from).to_vec();
        let failure = caught::<()>(&arguments, || panic!("the books balance")).unwrap_err();
        assert_eq!(failure.exit_code(), 6);
        let text = failure.to_string();
        assert!(
            text.contains("this is a bug in mrsim") && text.contains("the books balance"),
            "{text}"
        );
        assert!(text.ends_with("mrsim run 'my file.ron' --seed 7"), "{text}");
    }
}
