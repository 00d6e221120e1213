//! A mail server of the test's own: it takes mails over SMTP and hands them to the test.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gatepost::domain::mail_links::{LinkSecret, MailLink, Pending, Purpose};
use gatepost::domain::users::Email;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{Engine, TestApp};

/// A mail that arrived.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Whom the server was told to give it to.
    pub to: String,
    /// Headers and text, as they came.
    pub text: String,
}

/// The mail server.
pub struct Mailbox {
    /// What `SMTP_URL` is to be.
    pub url: String,
    /// How many of the next mails are refused for the moment.
    pub refusing: Arc<AtomicUsize>,
    arrived: UnboundedReceiver<Mail>,
}

impl Mailbox {
    /// Listens on a free port.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        let (tell, arrived) = unbounded_channel();
        let refusing = Arc::new(AtomicUsize::new(0));
        let refuse = Arc::clone(&refusing);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tell, refuse) = (tell.clone(), Arc::clone(&refuse));
                tokio::spawn(async move { drop(converse(stream, &tell, &refuse).await) });
            }
        });
        Self { url, refusing, arrived }
    }

    /// An application that sends its mails here.
    pub async fn with_app(engine: Engine) -> (Self, TestApp) {
        let mailbox = Self::open().await;
        let app = TestApp::with_settings(engine, &[("SMTP_URL", &mailbox.url)]).await;
        (mailbox, app)
    }

    /// The next mail that arrives.
    pub async fn next(&mut self) -> Mail {
        let arrived = tokio::time::timeout(Duration::from_secs(60), self.arrived.recv()).await;
        arrived.expect("a mail arrives").expect("the mail server runs")
    }

    /// A mail that is there already.
    pub fn there(&mut self) -> Option<Mail> {
        self.arrived.try_recv().ok()
    }
}

impl Mail {
    /// The secret of the link that it holds.
    #[track_caller]
    pub fn secret(&self) -> String {
        let at = self.text.find("gpm_").unwrap_or_else(|| panic!("no link in: {}", self.text));
        self.text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
    }

    /// Its subject.
    #[track_caller]
    pub fn subject(&self) -> &str {
        let line = self.text.lines().find_map(|line| line.strip_prefix("Subject: "));
        line.unwrap_or_else(|| panic!("no subject in: {}", self.text))
    }
}

/// One conversation, by RFC 5321, as far as a client needs it.
async fn converse(stream: TcpStream, tell: &UnboundedSender<Mail>, refuse: &AtomicUsize) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let (mut to, mut text, mut in_data) = (String::new(), String::new(), false);
    write.write_all(b"220 test\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        if in_data && line != "." {
            text.push_str(line.strip_prefix('.').unwrap_or(&line));
            text.push('\n');
            continue;
        }
        let answer = match line.split([' ', ':']).next().unwrap_or_default() {
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 ok"
            }
            "DATA" => {
                in_data = true;
                "354 go on"
            }
            "." => {
                in_data = false;
                // Long lines come quoted-printable: put together again.
                let whole = std::mem::take(&mut text).replace("=\n", "").replace("=3D", "=");
                let mail = Mail { to: std::mem::take(&mut to), text: whole };
                let one_less = |left: usize| left.checked_sub(1);
                if refuse.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok() {
                    "451 not now"
                } else {
                    let _ = tell.send(mail);
                    "250 ok"
                }
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

/// A link's secret without a mail: what the walk, whose application sends none, needs for the operations that take one.
pub async fn link(app: &gatepost::app::App, email: &str, purpose: Purpose) -> String {
    let secret = LinkSecret::make(&app.random).expect("randomness");
    let pending = Pending { password_hash: "$argon2id$none".to_owned(), name: None };
    let link = MailLink {
        hash: secret.hash(),
        purpose,
        email: Some(Email::parse(email).expect("an address")),
        account: (purpose == Purpose::VerifyEmail).then_some(pending),
        created_at: app.clock.now(),
    };
    let mut tx = app.db.write().await.expect("a transaction");
    gatepost::store::mail_links::insert(&mut tx, &link).await.expect("a row");
    tx.commit().await.expect("a commit");
    secret.text().to_owned()
}
