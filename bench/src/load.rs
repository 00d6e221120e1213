//! The load generator: keep-alive connections that each send the same request again as soon as its answer is there.
//! It does no more per answer than it must, so that the server is what is measured.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One load.
#[derive(Args, Clone)]
pub struct Load {
    /// `127.0.0.1:3003`.
    #[arg(long)]
    pub address: String,
    /// The path to GET.
    #[arg(long)]
    pub path: String,
    /// A header line to send along, `Name: value`.
    #[arg(long)]
    pub header: Vec<String>,
    /// Connections.
    #[arg(long, default_value_t = 32)]
    pub connections: usize,
    /// Seconds.
    #[arg(long, default_value_t = 3)]
    pub seconds: u64,
}

impl Load {
    /// Runs it and prints the rate of 2xx answers.
    pub async fn run(self) -> Result<()> {
        let mut request = format!("GET {} HTTP/1.1\r\nHost: {}\r\n", self.path, self.address);
        for header in &self.header {
            request.push_str(header);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        let end = Instant::now() + Duration::from_secs(self.seconds);
        let started = Instant::now();
        let tasks: Vec<_> = (0..self.connections)
            .map(|_| tokio::spawn(connection(self.address.clone(), request.clone().into_bytes(), end)))
            .collect();
        let (mut good, mut bad) = (0_u64, 0_u64);
        for task in tasks {
            let (g, b) = task.await??;
            good += g;
            bad += b;
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let rate = good as f64 / started.elapsed().as_secs_f64();
        println!("{rate:.1} {bad}");
        Ok(())
    }
}

async fn connection(address: String, request: Vec<u8>, end: Instant) -> Result<(u64, u64)> {
    let mut stream = TcpStream::connect(&address).await.with_context(|| address.clone())?;
    stream.set_nodelay(true)?;
    let (mut good, mut bad) = (0, 0);
    let mut buffer = Vec::with_capacity(16 * 1024);
    while Instant::now() < end {
        stream.write_all(&request).await?;
        if read_answer(&mut stream, &mut buffer).await? { good += 1 } else { bad += 1 }
    }
    Ok((good, bad))
}

/// Reads one answer whole; whether it was 2xx.
pub async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<bool> {
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        let Some(head) = buffer.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
        let length = content_length(buffer.get(..head).unwrap_or_default())?;
        while buffer.len() < head + 4 + length {
            if stream.read_buf(buffer).await? == 0 {
                bail!("the server closed the connection within an answer");
            }
        }
        return Ok(buffer.get(9) == Some(&b'2'));
    }
}

fn content_length(head: &[u8]) -> Result<usize> {
    const NAME: &[u8] = b"content-length: ";
    let at = head
        .windows(NAME.len())
        .position(|w| w.eq_ignore_ascii_case(NAME))
        .context("an answer without content-length")?;
    let digits = head.get(at + NAME.len()..).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit());
    Ok(digits.fold(0, |n, digit| n * 10 + usize::from(digit - b'0')))
}

impl Load {
    /// One request, its JSON answer; for setting up.
    pub async fn once(
        address: &str,
        method: &str,
        path: &str,
        body: Option<serde_json::Value>,
        key: &str,
    ) -> Result<serde_json::Value> {
        let body = body.map(|b| b.to_string()).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nX-API-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut buffer = Vec::new();
        let good = read_answer(&mut stream, &mut buffer).await?;
        let text = String::from_utf8_lossy(&buffer).into_owned();
        let body = text.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
        if !good {
            bail!("{method} {path} was refused: {body}");
        }
        Ok(serde_json::from_str(body)?)
    }
}
