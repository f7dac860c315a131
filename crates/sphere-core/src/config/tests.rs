use super::*;

fn builder() -> ConfigBuilder {
    Config::builder(ApiKey::new("sk_test_canary").unwrap())
}

fn from_variables(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    ConfigBuilder::from_variables(|name| {
        pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into())
    })?
    .build()
}

#[test]
fn the_defaults_are_those_promised() {
    let config = builder().build().unwrap();
    assert_eq!(config.timeout(), Duration::from_secs(30));
    assert_eq!(config.connect_timeout(), Duration::from_secs(5));
    assert_eq!(config.max_response_bytes(), 1 << 20);
    assert_eq!(config.retry().max_attempts, 3);
    assert_eq!(format!("{:?}", config.base_url()), "https://api.spherepay.co");
    assert_eq!(config.user_agent(), concat!("sphere-rust/", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_environment_gives_key_and_base_url() {
    let config =
        from_variables(&[("SPHEREPAY_API_KEY", "sk_1"), ("SPHEREPAY_BASE_URL", "http://localhost:3000")])
            .unwrap();
    assert_eq!(config.api_key().authorization(), "Bearer sk_1");
    assert_eq!(format!("{:?}", config.base_url()), "http://localhost:3000");
    assert_eq!(
        format!("{:?}", from_variables(&[("SPHEREPAY_API_KEY", "k")]).unwrap().base_url()),
        DEFAULT_BASE_URL
    );
}

#[test]
fn bad_variable_is_named_without_its_value() {
    for (pairs, message) in [
        (&[][..], "SPHEREPAY_API_KEY is not set"),
        (&[("SPHEREPAY_API_KEY", "")], "SPHEREPAY_API_KEY is empty"),
        (&[("SPHEREPAY_API_KEY", "canary\n")], "SPHEREPAY_API_KEY has a line break at byte 7"),
        (&[("SPHEREPAY_API_KEY", "k"), ("SPHEREPAY_BASE_URL", "")], "SPHEREPAY_BASE_URL is empty"),
        (
            &[("SPHEREPAY_API_KEY", "k"), ("SPHEREPAY_BASE_URL", "https://me:canary@host")],
            "SPHEREPAY_BASE_URL has a user name or password before its host",
        ),
    ] {
        assert_eq!(from_variables(pairs).unwrap_err().to_string(), message);
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_named() {
    use std::os::unix::ffi::OsStringExt;
    let error =
        ConfigBuilder::from_variables(|_| Some(std::ffi::OsString::from_vec(vec![0xff]))).unwrap_err();
    assert_eq!(error.to_string(), "SPHEREPAY_API_KEY is not Unicode");
}

#[test]
fn absurd_values_are_refused_by_name() {
    let long = Duration::from_secs(24 * 3600 + 1);
    let cases = [
        (builder().timeout(Duration::ZERO), "timeout must be longer than zero"),
        (builder().timeout(Duration::MAX), "timeout must be at most 24 hours"),
        (builder().connect_timeout(Duration::ZERO), "connect_timeout must be longer than zero"),
        (builder().connect_timeout(long), "connect_timeout must be at most 24 hours"),
        (builder().max_response_bytes(0), "max_response_bytes must be from 1 byte to 1 GiB"),
        (builder().max_response_bytes(usize::MAX), "max_response_bytes must be from 1 byte to 1 GiB"),
        (builder().user_agent(""), "user_agent is empty, or begins or ends with white space"),
        (
            builder().user_agent("a\nb"),
            "user_agent has a character that is neither visible ASCII nor a space",
        ),
        (builder().user_agent("é/1"), "user_agent has a character that is neither visible ASCII nor a space"),
        (builder().user_agent("x".repeat(257)), "user_agent is longer than 256 bytes"),
        (builder().retry(RetryPolicy::default().max_attempts(0)), "max_attempts must be from 1 to 10"),
    ];
    for (builder, message) in cases {
        assert_eq!(builder.build().unwrap_err().to_string(), message);
    }
}

#[test]
fn the_callers_product_stands_before_ours() {
    let config = builder().user_agent("my-platform/2.1 (eu)").build().unwrap();
    let expected = format!("my-platform/2.1 (eu) {OWN_USER_AGENT}");
    assert_eq!(config.user_agent().to_str().unwrap(), expected);
}

#[test]
fn debug_shows_no_key_and_no_unchecked_url() {
    let builder = builder().base_url("https://me:canary@host");
    assert!(!format!("{builder:?}").contains("canary"));
    let config = self::builder().build().unwrap();
    let shown = format!("{config:#?}");
    assert!(shown.contains("[redacted]") && !shown.contains("canary"), "{shown}");
}
