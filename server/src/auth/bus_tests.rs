use tokio::sync::mpsc::unbounded_channel;

use super::*;
use crate::domain::time::Time;
use crate::random::Random;

#[test]
fn what_is_told_is_what_is_heard() {
    let session = SessionId::new(Time::from_ms(1), &Random::default()).unwrap();
    for forget in [Forget::Key(KeyHash::of("gp_live_x")), Forget::Session(session), Forget::Everything] {
        assert_eq!(forget.to_string().parse::<Forget>().unwrap(), forget);
    }
    assert!("owner usr_1".parse::<Forget>().is_err());
}

/// A line of the test's own, between processes of a database that has this name.
#[expect(clippy::disallowed_methods, reason = "the harness says where its servers are by the environment")]
fn line(name: &str) -> Bus {
    let url = std::env::var("GATEPOST_TEST_REDIS_URL").expect("run the tests through scripts/with-services.sh");
    Bus::new(Some(&url.into()), name).unwrap()
}

fn waiting(bus: &Bus) -> usize {
    bus.0.as_ref().map_or(0, |line| line.tell.max_capacity() - line.tell.capacity())
}

/// F18: however much is to be told while Redis is away, what waits is bounded and nothing is lost: what does not fit is
/// told as "everything".
#[tokio::test]
async fn f18_what_waits_is_bounded_and_on_overflow_the_others_forget_everything() {
    let name = Random::default().bytes::<16>().unwrap().map(|byte| format!("{byte:02x}")).concat();
    let (speaker, listener) = (line(&name), line(&name));
    let hash = KeyHash::of("gp_live_x");
    for _ in 0..MOST {
        speaker.tell(Forget::Key(hash));
    }
    assert!(!speaker.0.as_ref().unwrap().overflowed.load(Ordering::SeqCst));
    for _ in 0..MOST {
        speaker.tell(Forget::Key(KeyHash::of("gp_live_y")));
    }
    assert_eq!(waiting(&speaker), MOST);

    let (tell, mut heard) = unbounded_channel();
    let hear = listener.run(move |forget| drop(tell.send(forget)));
    let speak = async {
        // It is connected: whoever is that forgets everything.
        assert_eq!(heard.recv().await, Some(Forget::Everything));
        let speaking = speaker.run(|_| {});
        let hearing = async {
            assert_eq!(heard.recv().await, Some(Forget::Everything));
            assert_eq!(waiting(&speaker), 0);
            speaker.tell(Forget::Key(hash));
            assert_eq!(heard.recv().await, Some(Forget::Key(hash)));
        };
        tokio::select! { () = speaking => {} () = hearing => {} }
    };
    tokio::select! { () = hear => {} () = speak => {} }
}
