//! Quantities: what their texts mean, and what is refused.

use super::*;

#[test]
fn text_is_read_exactly() {
    let nanos = |text: &str| text.parse::<Duration>().map(Duration::as_nanos);
    assert_eq!(nanos("98ms"), Ok(98_000_000));
    assert_eq!(nanos("0.1s"), Ok(100_000_000));
    assert_eq!(nanos("1.5 min"), Ok(90 * SECOND));
    assert_eq!(nanos("4h"), Ok(14_400 * SECOND));
    assert_eq!("18%".parse::<Share>().map(Share::parts), Ok(180_000_000));
    assert_eq!("6 req/min".parse::<Rate>().map(Rate::nano_hertz), Ok(100_000_000));
}

#[test]
fn wrong_text_is_mended() {
    assert!("30".parse::<Duration>().unwrap_err().what.contains("no unit"));
    assert!("30m".parse::<Duration>().unwrap_err().help.contains("min"));
    assert!("120%".parse::<Share>().unwrap_err().what.contains("more than the whole"));
    assert!("-3s".parse::<Duration>().is_err());
    assert!("99999999999999999999h".parse::<Duration>().is_err());
    assert!("1.2.3s".parse::<Duration>().is_err());
    assert!("5 apples/s".parse::<Rate>().is_err());
    assert!("0,5min".parse::<Duration>().is_err(), "a decimal comma is not read as thousands");
    assert_eq!("1,000s".parse::<Duration>(), Ok(Duration::from_secs(1_000)));
    assert!("0.00005 req/d".parse::<Rate>().is_err());
}

#[test]
fn printing_reads_back() {
    for text in ["0s", "1min", "90s", "1.5s", "98ms", "36h", "2d", "1.001s", "250us", "7ns"] {
        let duration: Duration = text.parse().unwrap();
        assert_eq!(duration.to_string().parse(), Ok(duration), "{text} printed as {duration}");
    }
    assert_eq!("60s".parse::<Duration>().unwrap().to_string(), "1min");
    assert_eq!("99.9%".parse::<Share>().unwrap().to_string(), "99.9%");
    assert_eq!("0.05 req/s".parse::<Rate>().unwrap().to_string(), "0.05 req/s");
}
