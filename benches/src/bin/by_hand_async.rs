//! hyper-util's pooled client as a user would use it: two strings out, no checks, no limits, no deadline.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt as _, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use sphere_benches::arguments::proxy;
use sphere_benches::client::AsyncClient;
use sphere_benches::program;
use sphere_benches::work::{self, API_KEY, Failure, Outcome};

struct ByHand<C> {
    client: Client<C, Full<Bytes>>,
    base_url: String,
}

/// Without a proxy, or with one.
trait OverTcp: Connect + Clone + Send + Sync + 'static {
    fn over(tcp: HttpConnector, tls: ClientConfig) -> Result<Self, Failure>;
}

impl OverTcp for HttpsConnector<HttpConnector> {
    fn over(tcp: HttpConnector, tls: ClientConfig) -> Result<Self, Failure> {
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
        Ok(connector.enable_http1().wrap_connector(tcp))
    }
}

impl OverTcp for HttpsConnector<Tunnel<HttpConnector>> {
    fn over(tcp: HttpConnector, tls: ClientConfig) -> Result<Self, Failure> {
        let tunnel = Tunnel::new(proxy().ok_or("no proxy")?.parse()?, tcp);
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
        Ok(connector.enable_http1().wrap_connector(tunnel))
    }
}

impl<C: OverTcp> AsyncClient for ByHand<C> {
    type Customer = String;

    fn new(base_url: &str, root_pem: Option<Vec<u8>>) -> Result<Self, Failure> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(pem) = root_pem {
            roots.add(CertificateDer::from_pem_slice(&pem)?)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        // Without it a request over TLS can wait for the acknowledgement of the one before.
        tcp.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(C::over(tcp, tls)?);
        Ok(Self { client, base_url: base_url.to_owned() })
    }

    fn customer(id: String) -> Result<String, Failure> {
        Ok(id)
    }

    async fn call(&self, customer: &String) -> Result<Outcome, Failure> {
        let request =
            Request::post(format!("{}/v2/customer/{customer}/face-verification-link", self.base_url))
                .header(header::AUTHORIZATION, format!("Bearer {API_KEY}"))
                .body(Full::default())?;
        let response = self.client.request(request).await?;
        let is_success = response.status().is_success();
        let body = response.into_body().collect().await?.to_bytes();
        work::read_by_hand(is_success, &body)
    }

    async fn upload(&self, customer: &String, file: &'static [u8]) -> Result<Outcome, Failure> {
        let (content_type, form) = work::whole_form_by_hand(customer, file);
        let request = Request::post(format!("{}/v2/document", self.base_url))
            .header(header::AUTHORIZATION, format!("Bearer {API_KEY}"))
            .header(header::CONTENT_TYPE, content_type)
            .body(form.into())?;
        let response = self.client.request(request).await?;
        std::hint::black_box(response.into_body().collect().await?.to_bytes());
        Ok(Outcome::Document)
    }
}

fn main() -> Result<(), Failure> {
    match proxy() {
        None => program::run_async::<ByHand<HttpsConnector<HttpConnector>>>(),
        Some(_) => program::run_async::<ByHand<HttpsConnector<Tunnel<HttpConnector>>>>(),
    }
}
