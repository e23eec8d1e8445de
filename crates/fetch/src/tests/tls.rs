//! TLS against real servers: `openssl s_server` on the loopback, with certificates that are created
//! here.

use super::*;
use bantin_core::clock::{ClockShift, MachineClocks};
use bantin_core::clock_guard::ClockGuard;
use bantin_core::clock_witness::HostClock;
use bantin_core::{CertificateBytes, PublicKeyPin, RetryAdvice, TlsDialect, TlsTrust};
use chrono::TimeDelta;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

const VALID: (&str, &str) = ("20200101000000Z", "20490101000000Z");
const NAMES: &str = "DNS:tin.example,IP:127.0.0.1";
const EC: &str = "ec -pkeyopt ec_paramgen_curve:prime256v1";

/// A folder with its own certificate authority.
struct Workshop(tempfile::TempDir);

impl Workshop {
    fn open() -> Self {
        let workshop = Self(tempfile::tempdir().unwrap());
        let settings = "[ca]\ndefault_ca=own\n[own]\ndatabase=index\nnew_certs_dir=.\npolicy=any\nserial=serial\nunique_subject=no\n[any]\ncommonName=supplied\n[req]\ndistinguished_name=name\n[name]\n";
        workshop.write("ca.cnf", settings);
        workshop.write("index", "");
        workshop.write("serial", "01\n");
        workshop.openssl(&format!(
            "req -x509 -newkey {EC} -nodes -keyout ca.key -out ca.pem -days 3650 -config ca.cnf -subj /CN=Root -addext basicConstraints=critical,CA:TRUE"
        ));
        workshop
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    fn openssl(&self, arguments: &str) {
        let mut command = Command::new("openssl");
        command.args(arguments.split(' ')).current_dir(self.0.path());
        let said = command.output().expect("openssl is missing; install the package openssl");
        let error = String::from_utf8_lossy(&said.stderr);
        assert!(said.status.success(), "openssl {arguments}: {error}");
    }

    /// Creates a certificate `name.pem` with its key `name.key`.
    fn issue(&self, name: &str, issuer: &str, key: &str, more: &str, extensions: &str) {
        self.write("extensions", &format!("{extensions}\n"));
        self.openssl(&format!(
            "req -new -newkey {key} -nodes -keyout {name}.key -out {name}.csr -config ca.cnf -subj /CN={name}"
        ));
        self.openssl(&format!(
            "ca -batch -config ca.cnf -cert {issuer}.pem -keyfile {issuer}.key -in {name}.csr -out {name}.pem -notext -extfile extensions {more}"
        ));
    }

    /// Creates a server certificate.
    fn leaf(&self, name: &str, key: &str, names: &str, (from, until): (&str, &str)) {
        let more = format!("-md sha256 -startdate {from} -enddate {until}");
        self.issue(name, "ca", key, &more, &format!("subjectAltName={names}"));
    }

    fn certificate(&self, name: &str) -> CertificateBytes {
        let pem = fs::read(self.0.path().join(format!("{name}.pem"))).unwrap();
        Certificate::read(&CertificateDer::from_pem_slice(&pem).unwrap()).unwrap().into()
    }

    /// The pin of a certificate, as OpenSSL computes it.
    fn pin(&self, name: &str) -> PublicKeyPin {
        self.openssl(&format!("x509 -in {name}.pem -noout -pubkey -out {name}.pub"));
        self.openssl(&format!("pkey -pubin -in {name}.pub -outform DER -out {name}.der"));
        self.openssl(&format!("dgst -sha256 -binary -out {name}.digest {name}.der"));
        PublicKeyPin(
            fs::read(self.0.path().join(format!("{name}.digest"))).unwrap().try_into().unwrap(),
        )
    }

    /// Starts a server that answers every path with its own page.
    fn serve(&self, name: &str, more: &str) -> Server {
        Server::open(self, &format!("-cert {name}.pem -key {name}.key -www {more}"))
    }
}

/// A running `openssl s_server`, stopped when dropped.
struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    port: u16,
}

impl Server {
    fn open(workshop: &Workshop, arguments: &str) -> Self {
        let mut child = Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0", "-no-CAfile", "-no-CApath"])
            .args(arguments.split_whitespace())
            .current_dir(workshop.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.starts_with("ACCEPT") {
            line.clear();
            assert_ne!(out.read_line(&mut line).unwrap(), 0, "s_server {arguments} ended");
        }
        let port = line.trim().rsplit(':').next().unwrap().parse().unwrap();
        Self { child, out, port }
    }

    async fn ask(&self, tls: &TlsPolicy) -> Result<Response, FetchError> {
        ask(self.port, tls).await
    }

    /// Asserts that a page is fetched.
    #[track_caller]
    fn answers(&self, tls: &TlsPolicy) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        async move {
            match self.ask(tls).await {
                Ok(Response::Page(page)) => assert!(!page.bytes.is_empty()),
                other => panic!("{place}: {tls:?}: {other:?}"),
            }
        }
    }

    /// Asserts that no page is fetched, and returns the cause.
    async fn refused(&self, tls: &TlsPolicy) -> TlsCause {
        refused(self.port, tls).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_certificate_is_valid_by_the_corrected_time() {
    let workshop = Workshop::open();
    workshop.leaf("here", EC, NAMES, VALID);
    let server = workshop.serve("here", "");
    let tls = modern(TlsTrust::Authorities(vec![workshop.certificate("ca")]));
    let shift = ClockShift::of(TimeDelta::days(365 * 30));
    let guard = ClockGuard::new(MachineClocks::shifted(shift.clone()), None, None);
    let hosts = ["a.gov.vn", "b.gov.vn", "c.gov.vn"];
    guard.set_witnesses(hosts.map(str::to_owned).into());
    let clock = Clock::Guarded(Arc::new(guard));
    let resolver = Arc::new(Told(Mutex::new(vec![vec!["127.0.0.1"]])));
    let (limits, agent) = (RequestLimits::default(), "bantin/0".to_owned());
    let options = Options { user_agent: agent, limits, clock: clock.clone(), resolver };
    let fetcher = Fetcher::new(options, Arc::new(LocalHostLimiter::default())).unwrap();
    let access = HostAccess { tls, ..loopback() };
    let url = format!("https://tin.example:{}/", server.port);
    let refused = get(&fetcher, &url, &access).await;
    let is_expired = |cause: &TlsCause| matches!(cause, TlsCause::Expired { .. });
    assert!(
        matches!(&refused, Err(FetchError::Tls { cause, .. }) if is_expired(cause)),
        "{refused:?}"
    );
    for host in hosts {
        let url = format!("http://{host}/").parse().unwrap();
        let now = Clock::System.now();
        let guard = clock.guard().unwrap();
        guard.observe(|received| HostClock::new(&url, None, now, received));
    }
    page(get(&fetcher, &url, &access).await);
}

async fn ask(port: u16, tls: &TlsPolicy) -> Result<Response, FetchError> {
    let fetcher =
        fetcher_with(RequestLimits::default(), Arc::new(Told(Mutex::new(vec![vec!["127.0.0.1"]]))));
    let access = HostAccess { tls: tls.clone(), ..loopback() };
    get(&fetcher, &format!("https://tin.example:{port}/"), &access).await
}

async fn refused(port: u16, tls: &TlsPolicy) -> TlsCause {
    match ask(port, tls).await {
        Err(error @ FetchError::Tls { .. }) => {
            assert_eq!(error.advice(), RetryAdvice::AskOperator);
            let FetchError::Tls { cause, .. } = error else { unreachable!() };
            cause
        }
        other => panic!("{tls:?}: {other:?}"),
    }
}

fn modern(trust: TlsTrust) -> TlsPolicy {
    TlsPolicy { dialect: TlsDialect::Modern, trust }
}

fn legacy(trust: TlsTrust) -> TlsPolicy {
    TlsPolicy { dialect: TlsDialect::Legacy, trust }
}

/// Both dialects, with the same trust.
fn both(trust: TlsTrust) -> [TlsPolicy; 2] {
    [modern(trust.clone()), legacy(trust)]
}

#[tokio::test]
async fn an_authority_that_the_operator_names_is_believed() {
    let workshop = Workshop::open();
    workshop.leaf("tin", EC, NAMES, VALID);
    let pin = workshop.pin("tin");
    let server_key = Some(pin);
    let alone = workshop.serve("tin", "");
    let whole = workshop.serve("tin", "-cert_chain ca.pem");
    let issuer = Some("Root".to_owned());
    let incomplete =
        TlsCause::IncompleteChain { issuer: issuer.clone(), address: None, server_key };
    assert_eq!(alone.refused(&TlsPolicy::default()).await, incomplete);
    let unknown = TlsCause::UnknownIssuer { issuer, server_key };
    assert_eq!(whole.refused(&TlsPolicy::default()).await, unknown);
    let told = unknown.to_string();
    assert!(
        told.contains("ca_file") && told.contains(&pin.to_string()) && told.contains("Root"),
        "{told}"
    );

    let old = legacy(TlsTrust::default());
    assert!(matches!(alone.refused(&old).await, TlsCause::IncompleteChain { .. }));
    assert!(matches!(whole.refused(&old).await, TlsCause::UnknownIssuer { .. }));
    for tls in both(TlsTrust::Authorities(vec![workshop.certificate("ca")])) {
        alone.answers(&tls).await;
        whole.answers(&tls).await;
    }
}

#[tokio::test]
async fn a_link_that_the_server_forgets_is_added_and_becomes_no_authority() {
    let workshop = Workshop::open();
    let dates = format!("-md sha256 -startdate {} -enddate {}", VALID.0, VALID.1);
    workshop.issue("middle", "ca", EC, &dates, "basicConstraints=critical,CA:TRUE");
    let extensions = format!(
        "subjectAltName={NAMES}\nauthorityInfoAccess=caIssuers;URI:http://ca.example/middle.crt"
    );
    workshop.issue("tin", "middle", EC, &dates, &extensions);
    let server = workshop.serve("tin", "");
    let (root, middle) = (workshop.certificate("ca"), workshop.certificate("middle"));

    let TlsCause::IncompleteChain { issuer, address, .. } =
        server.refused(&modern(TlsTrust::Authorities(vec![root.clone()]))).await
    else {
        panic!("the chain is not known to be incomplete")
    };
    assert_eq!(issuer.unwrap(), "middle");
    assert_eq!(address.unwrap(), "http://ca.example/middle.crt");
    for tls in both(TlsTrust::Authorities(vec![middle.clone()])) {
        let cause = server.refused(&tls).await;
        assert!(matches!(cause, TlsCause::IncompleteChain { .. }), "{tls:?}: {cause}");
    }
    for tls in both(TlsTrust::Authorities(vec![root, middle])) {
        server.answers(&tls).await;
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_good_is_named_for_what_it_is_and_its_key_can_be_trusted() {
    let workshop = Workshop::open();
    workshop.leaf("expired", EC, NAMES, ("20200101000000Z", "20210203040506Z"));
    workshop.leaf("early", EC, NAMES, ("20900101000000Z", "20990101000000Z"));
    workshop.leaf("other", EC, "DNS:a.example,DNS:b.example", VALID);
    workshop.openssl(&format!(
        "req -x509 -newkey {EC} -nodes -keyout own.key -out own.pem -days 30 -config ca.cnf -subj /CN=tin.example -addext subjectAltName={NAMES}"
    ));
    let checked = both(TlsTrust::Authorities(vec![workshop.certificate("ca")]));
    for name in ["expired", "early", "other", "own"] {
        let server = workshop.serve(name, "");
        let pin = workshop.pin(name);
        let at = |text: &str| Some(text.parse().unwrap());
        let (exact, plain) = match name {
            "expired" => (
                TlsCause::Expired { until: at("2021-02-03T04:05:06Z"), server_key: Some(pin) },
                TlsCause::Expired { until: None, server_key: None },
            ),
            "early" => (
                TlsCause::NotYetValid { from: at("2090-01-01T00:00:00Z"), server_key: Some(pin) },
                TlsCause::NotYetValid { from: None, server_key: None },
            ),
            "other" => (
                TlsCause::WrongName {
                    names: vec!["a.example".to_owned(), "b.example".to_owned()],
                    server_key: Some(pin),
                },
                TlsCause::WrongName { names: Vec::new(), server_key: None },
            ),
            _ => (
                TlsCause::SelfSigned { server_key: Some(pin) },
                TlsCause::SelfSigned { server_key: None },
            ),
        };
        let [modern, legacy] = &checked;
        assert_eq!(server.refused(modern).await, exact);
        assert_eq!(server.refused(legacy).await, plain);
        assert!(exact.to_string().contains(&format!("spki_sha256 = [\"{pin}\"]")), "{exact}");

        for tls in both(TlsTrust::Pins(vec![PublicKeyPin([0; 32])])) {
            let cause = server.refused(&tls).await;
            assert_eq!(cause, TlsCause::WrongPin { server_key: pin });
            assert!(cause.to_string().contains(&pin.to_string()), "{cause}");
        }
        for tls in both(TlsTrust::Pins(vec![PublicKeyPin([0; 32]), pin]))
            .iter()
            .chain(&both(TlsTrust::Any))
        {
            server.answers(tls).await;
        }
    }
    let server = workshop.serve("own", "");
    for tls in both(TlsTrust::Authorities(vec![workshop.certificate("own")])) {
        server.answers(&tls).await;
    }
    let server = workshop.serve("expired", "");
    let itself = modern(TlsTrust::Authorities(vec![workshop.certificate("expired")]));
    assert!(matches!(server.refused(&itself).await, TlsCause::Expired { .. }));
}

#[tokio::test]
async fn a_key_that_the_server_does_not_have_is_no_key() {
    let workshop = Workshop::open();
    workshop.leaf("tin", EC, NAMES, VALID);
    let [mut modern, legacy] = both(TlsTrust::Pins(vec![workshop.pin("tin")]));
    workshop.serve("tin", "").answers(&modern).await;
    // An attacker has the certificate, which is public, and signs with another key.
    let certificate = CertificateDer::from(workshop.certificate("tin").0);
    workshop.leaf("thief", EC, NAMES, VALID);
    let key = fs::read(workshop.0.path().join("thief.key")).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::from_pem_slice(&key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let signer = provider.key_provider.load_private_key(key).unwrap();
    let certified = rustls::sign::CertifiedKey::new(vec![certificate], signer);
    let resolver = rustls::sign::SingleCertAndKey::from(certified);
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(resolver));
    let port = thief(Arc::new(config));
    let cause = refused(port, &modern).await;
    assert!(matches!(&cause, TlsCause::Other(why) if why.contains("key")), "{cause}");
    refused(port, &legacy).await;
    modern.trust = TlsTrust::Authorities(vec![workshop.certificate("ca")]);
    refused(port, &modern).await;
}

/// A server that only completes handshakes.
fn thief(config: Arc<rustls::ServerConfig>) -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
            let mut connection = rustls::ServerConnection::new(config.clone()).unwrap();
            while connection.is_handshaking() {
                if connection.complete_io(&mut stream).is_err() {
                    break;
                }
            }
        }
    });
    port
}

#[tokio::test]
async fn old_servers_are_told_and_reached_by_the_legacy_way() {
    let workshop = Workshop::open();
    workshop.leaf("tin", "rsa:2048", NAMES, VALID);
    let [modern, legacy] = both(TlsTrust::Authorities(vec![workshop.certificate("ca")]));
    for cipher in ["AES128-SHA", "DHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA256"] {
        let server = workshop.serve("tin", &format!("-tls1_2 -cipher {cipher}"));
        let cause = server.refused(&modern).await;
        assert_eq!(cause, TlsCause::NoCommonCipher { dialect: TlsDialect::Modern }, "{cipher}");
        assert!(cause.to_string().contains("tls = \"legacy\""), "{cause}");
        server.answers(&legacy).await;
    }
    let server = workshop.serve("tin", "-tls1_2 -cipher AES128-CCM8");
    let cause = server.refused(&legacy).await;
    assert_eq!(cause, TlsCause::NoCommonCipher { dialect: TlsDialect::Legacy });
    for version in ["-tls1", "-tls1_1"] {
        let server = workshop.serve("tin", &format!("{version} -cipher DEFAULT@SECLEVEL=0"));
        for tls in [&modern, &legacy] {
            let cause = server.refused(tls).await;
            assert_eq!(cause, TlsCause::OldProtocol { dialect: tls.dialect }, "{version}");
        }
    }
}

#[tokio::test]
async fn a_certificate_that_is_too_weak_is_told_and_its_key_can_be_trusted() {
    let workshop = Workshop::open();
    let dates = format!("-md sha1 -startdate {} -enddate {}", VALID.0, VALID.1);
    workshop.issue("tin", "ca", EC, &dates, &format!("subjectAltName={NAMES}"));
    let server = workshop.serve("tin", "-cipher DEFAULT@SECLEVEL=0");
    let [modern, legacy] = both(TlsTrust::Authorities(vec![workshop.certificate("ca")]));
    let cause = server.refused(&modern).await;
    assert!(matches!(&cause, TlsCause::Odd { server_key: Some(_), .. }), "{cause:?}");
    let cause = server.refused(&legacy).await;
    assert!(matches!(&cause, TlsCause::TooWeak(_)), "{cause:?}");
    for tls in both(TlsTrust::Pins(vec![workshop.pin("tin")])) {
        server.answers(&tls).await;
    }
}

#[tokio::test]
async fn a_port_without_tls_and_one_that_hangs_up_are_told_apart() {
    for tls in both(TlsTrust::default()) {
        let talker = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = talker.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut stream, _) = talker.accept().unwrap();
            let _ = std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n");
            let _ = stream.read(&mut [0; 4096]);
        });
        assert_eq!(refused(port, &tls).await, TlsCause::NoTls);

        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = silent.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut stream, _) = silent.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]);
        });
        let error = ask(port, &tls).await.unwrap_err();
        let reset = matches!(&error, FetchError::Connect { cause: ConnectCause::Reset, .. });
        assert!(reset, "{tls:?}: {error:?}");
        assert_eq!(error.advice(), RetryAdvice::RetryLater);
    }
}

#[tokio::test]
async fn http_2_is_spoken_where_the_server_offers_it() {
    let workshop = Workshop::open();
    workshop.leaf("tin", EC, NAMES, VALID);
    for tls in both(TlsTrust::Authorities(vec![workshop.certificate("ca")])) {
        let mut server =
            Server::open(&workshop, "-cert tin.pem -key tin.key -alpn h2,http/1.1 -naccept 1");
        let asked = {
            let (port, tls) = (server.port, tls.clone());
            tokio::spawn(async move { ask(port, &tls).await })
        };
        let heard = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            while !line.contains("PRI * HTTP/2.0") {
                line.clear();
                if server.out.read_line(&mut line).unwrap() == 0 {
                    return false;
                }
            }
            true
        });
        let heard = tokio::time::timeout(Duration::from_secs(10), heard).await;
        assert!(heard.expect("HTTP/2 was not spoken").unwrap(), "{tls:?}");
        assert!(asked.await.unwrap().is_err(), "s_server does not speak HTTP/2");
    }
}
