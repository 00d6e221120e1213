use super::*;
use crate::domain::deliveries::Failure;
use crate::domain::ids::{DispatcherId, EventId};
use crate::random::Random;
use crate::store::deliveries::due::Taken;
use crate::webhooks::client::Answer;
use crate::webhooks::run::Endpoint;

const NOW: Time = Time::from_ms(1);

fn webhook() -> WebhookId {
    WebhookId::new(NOW, &Random::default()).unwrap()
}

/// So many deliveries that are due to it.
fn due(webhook: WebhookId, many: usize) -> Vec<Taken> {
    let one = || Taken {
        id: DeliveryId::new(NOW, &Random::default()).unwrap(),
        webhook,
        event: EventId::new(NOW, &Random::default()).unwrap(),
        sequence: None,
        body: String::new(),
        tries: 0,
        attempts: 0,
        next_at: NOW,
    };
    (0..many).map(|_| one()).collect()
}

fn done(taken: &Taken, outcome: Result<u16, Failure>, took: Duration) -> Done {
    let answer = Answer { outcome, retry_after: None, text: None, duration: took };
    Done { taken: taken.clone(), at: NOW, answer }
}

fn kept(sent: impl IntoIterator<Item = Done>, idle: impl IntoIterator<Item = WebhookId>) -> Kept {
    Kept { sent: sent.into_iter().collect(), idle: idle.into_iter().collect() }
}

fn quickly(due: &Taken) -> Done {
    done(due, Ok(204), Duration::from_millis(1))
}

fn ids(all: &[Taken]) -> Vec<DeliveryId> {
    all.iter().map(|one| one.id).collect()
}

impl Lanes {
    /// Of what is due, what there is room for.
    fn pick(&self, all: &[Taken]) -> Vec<Taken> {
        let mut owed: Vec<WebhookId> = all.iter().map(|one| one.webhook).collect();
        owed.dedup();
        let chosen = self.choose(&owed);
        let mut read = Vec::new();
        for wanted in &chosen {
            let (webhook, most) = wanted.to_read();
            let own = all.iter().filter(|one| one.webhook == webhook).cloned();
            read.extend(own.take(usize::try_from(most).unwrap()));
        }
        self.new_ones(&chosen, read)
    }

    /// Chooses, and begins with what was chosen; says with what, and how many senders begin.
    fn start(&mut self, all: &[Taken]) -> (Vec<DeliveryId>, usize) {
        let picked = self.pick(all);
        let endpoint = Arc::new(Endpoint::default());
        let mut senders = 0;
        let webhooks: HashSet<WebhookId> = picked.iter().map(|one| one.webhook).collect();
        for webhook in webhooks {
            let own = picked.iter().filter(|one| one.webhook == webhook).cloned();
            let jobs: Vec<Job> =
                own.map(|taken| Job { endpoint: Arc::clone(&endpoint), taken, at: Instant::now() }).collect();
            let many = jobs.len();
            self.hold(webhook);
            self.put(webhook, jobs);
            senders += self.begin(&webhook, many).map_or(0, |(many, _)| many);
        }
        (ids(&picked), senders)
    }

    /// A sender of it takes what waits longest, and ends.
    fn take(&self, webhook: &WebhookId) -> Option<DeliveryId> {
        self.lanes[webhook].queue.next().map(|job| job.taken.id)
    }
}

#[test]
fn s90_one_endpoint_never_fills_more_than_its_lane() {
    let (mut lanes, busy, other) = (Lanes::default(), webhook(), webhook());
    let waiting = [due(busy, 500), due(other, 2)].concat();
    let (chosen, senders) = lanes.start(&waiting);
    assert_eq!((chosen.len(), senders), (OF_ONE + 2, OF_ONE + 2));
    assert_eq!(chosen[OF_ONE..], ids(&waiting)[500..]);
    assert_eq!(lanes.full(NOW), (vec![busy], 1));
    assert_eq!(lanes.start(&waiting), (vec![], 0), "nothing is chosen twice");

    lanes.take(&busy);
    lanes.sent(&done(&waiting[0], Ok(204), Duration::from_secs(1)));
    lanes.end(&busy, false);
    assert_eq!(lanes.full(NOW), (vec![], 2), "they are owed something that is here");
    assert_eq!(lanes.start(&waiting), (vec![waiting[OF_ONE].id], 1), "what is not written down yet is still here");
}

#[test]
fn to_a_quick_endpoint_more_waits_than_is_on_its_way() {
    let (mut lanes, quick) = (Lanes::default(), webhook());
    let waiting = due(quick, 2 * OF_QUICK);
    lanes.start(&waiting[..OF_ONE]);
    for due in &waiting[..OF_ONE] {
        assert_eq!(lanes.take(&quick), Some(due.id), "the first ones go first");
        assert!(!lanes.sent(&quickly(due)));
        assert!(lanes.full(NOW).0.is_empty(), "while a sender has nothing to do, more is looked for");
    }
    let (chosen, senders) = lanes.start(&waiting);
    assert_eq!((&chosen[..], senders), (&ids(&waiting)[OF_ONE..OF_ONE + OF_QUICK], 0), "the senders are still there");
    assert_eq!(lanes.full(NOW).0, [quick], "there is enough for a while");
    (0..OF_ONE).for_each(|_| lanes.end(&quick, false));
    assert_eq!(lanes.begin(&quick, 1_000).map(|(many, _)| many), Some(OF_ONE));
    let low: Vec<usize> = (0..OF_QUICK).filter(|place| lanes.sent(&quickly(&waiting[OF_ONE + place]))).collect();
    assert_eq!(low, [OF_QUICK - OF_QUICK / LOW - 1], "more is looked for once, before there is nothing left");
}

#[test]
fn quick_endpoints_share_what_may_be_here() {
    let mut lanes = Lanes::default();
    let quick: Vec<WebhookId> = (0..20).map(|_| webhook()).collect();
    let waiting: Vec<Vec<Taken>> = quick.iter().map(|webhook| due(*webhook, OF_QUICK)).collect();
    let all = waiting.concat();
    lanes.start(&all);
    for one in &waiting {
        for due in &one[..OF_ONE] {
            lanes.sent(&quickly(due));
        }
    }
    let (chosen, _) = lanes.start(&all);
    assert!(chosen.len() > HERE / 2);
    for one in &waiting {
        let own = one.iter().filter(|one| chosen.contains(&one.id)).count();
        assert_eq!(own, (HERE - 20 * OF_ONE) / 20);
    }
}

#[test]
fn s90_an_endpoint_that_fails_is_tried_one_by_one_until_it_takes_something() {
    let (mut lanes, dead) = (Lanes::default(), webhook());
    let waiting = due(dead, 50);
    lanes.start(&waiting);
    lanes.take(&dead);
    lanes.sent(&done(&waiting[0], Err(Failure::Timeout), Duration::from_secs(1)));
    (0..OF_ONE).for_each(|_| lanes.end(&dead, false));
    lanes.kept(&kept([done(&waiting[0], Err(Failure::Timeout), Duration::from_secs(1))], []));
    assert!(lanes.are_empty(), "what waited is as due as it was");
    assert_eq!(lanes.full(NOW).0, [dead], "it is left alone for a moment");
    std::thread::sleep(PAUSE);
    assert_eq!(lanes.full(NOW).0, []);

    assert_eq!(lanes.start(&waiting[1..]), (vec![waiting[1].id], OF_FAILING));
    lanes.take(&dead);
    lanes.sent(&quickly(&waiting[1]));
    lanes.end(&dead, false);
    assert_eq!(lanes.start(&waiting[2..]).1, OF_ONE);
}

#[test]
fn an_endpoint_is_given_back_once_nothing_of_it_waits_and_is_ours_until_that_is_written_down() {
    let (mut lanes, busy, well) = (Lanes::default(), webhook(), webhook());
    let waiting = [due(busy, 2), due(well, 2)].concat();
    lanes.start(&waiting[..3]);
    let now = Instant::now();
    assert_eq!(lanes.leave_idle(now), []);
    for one in [&waiting[0], &waiting[2]] {
        lanes.take(&one.webhook);
        lanes.sent(&quickly(one));
        lanes.end(&one.webhook, false);
    }
    assert_eq!((lanes.leave_idle(now), lanes.leave_idle(now)), (vec![well], vec![]), "it is said once");
    assert!(lanes.is_held(&busy) && !lanes.is_held(&well));
    assert_eq!(lanes.full(NOW).0, [well], "nothing more goes there until somebody takes it anew");

    assert!(lanes.kept(&kept([quickly(&waiting[0]), quickly(&waiting[2])], [well])));
    assert_eq!(ids(&lanes.pick(&waiting[3..])), [waiting[3].id]);
    lanes.full(NOW);
    assert_eq!(lanes.lanes.keys().collect::<Vec<_>>(), [&busy], "nothing is remembered of an endpoint that is well");
}

#[test]
fn an_endpoint_that_fails_is_ours_for_a_while_in_case_more_comes() {
    let (mut lanes, dead) = (Lanes::default(), webhook());
    let waiting = due(dead, 2);
    let fail = |lanes: &mut Lanes, one: &Taken| {
        lanes.start(std::slice::from_ref(one));
        lanes.take(&dead);
        lanes.sent(&done(one, Err(Failure::Timeout), Duration::from_secs(1)));
        lanes.end(&dead, false);
    };
    let now = Instant::now();
    fail(&mut lanes, &waiting[0]);
    assert_eq!(lanes.leave_idle(now), []);
    lanes.start(&waiting[1..]);
    assert_eq!(lanes.leave_idle(now + STAY), [], "something is on its way");
    fail(&mut lanes, &waiting[1]);
    assert_eq!(lanes.leave_idle(now + STAY), []);
    assert_eq!(lanes.leave_idle(now + STAY + STAY), [dead]);
}

#[test]
fn whoever_was_taken_for_dead_holds_nothing_but_finishes_giving_back() {
    let (mut lanes, busy, idle) = (Lanes::default(), webhook(), webhook());
    lanes.start(&due(busy, 2));
    lanes.hold(idle);
    assert_eq!(lanes.leave_idle(Instant::now()), [idle]);
    lanes.hold_nothing();
    assert!(!lanes.is_held(&busy) && lanes.are_empty());
    assert_eq!(lanes.full(NOW).0, [idle]);
    lanes.kept(&kept([], [idle]));
    assert!(lanes.full(NOW).0.is_empty());
}

#[test]
fn where_a_sender_broke_down_all_of_its_endpoint_is_looked_at_anew() {
    let (mut lanes, odd) = (Lanes::default(), webhook());
    let waiting = due(odd, 3);
    lanes.start(&waiting);
    lanes.take(&odd);
    lanes.end(&odd, true);
    assert!(lanes.are_empty());
    assert_eq!(ids(&lanes.pick(&waiting)), ids(&waiting));
}

#[test]
fn what_waited_too_long_is_looked_at_anew_once_all_senders_are_back() {
    let (mut lanes, slow) = (Lanes::default(), webhook());
    let waiting = due(slow, 3);
    lanes.start(&waiting);
    lanes.take(&slow);
    let job =
        |due: &Taken| Job { endpoint: Arc::default(), taken: due.clone(), at: Instant::now() - Duration::from_secs(2) };
    let queue = Arc::clone(&lanes.lanes[&slow].queue);
    queue.clear();
    queue.put(vec![job(&waiting[1]), job(&waiting[2])]);
    assert_eq!(lanes.take(&slow), None, "it is stale");
    for _ in 0..3 {
        assert!(lanes.begin(&slow, 1).is_none(), "nobody begins while others are still there");
        lanes.end(&slow, false);
    }
    assert_eq!(ids(&lanes.pick(&waiting)), ids(&waiting[1..]));
}

#[test]
fn an_endpoint_with_a_rate_rests_and_is_then_forgotten() {
    let (mut lanes, slow) = (Lanes::default(), webhook());
    lanes.rest(slow, NOW.plus(Duration::from_secs(1)));
    assert_eq!(lanes.full(NOW).0, [slow], "it rests although nothing is under way");
    assert!(lanes.full(NOW.plus(Duration::from_secs(1))).0.is_empty());
    lanes.full(NOW.plus(Duration::from_secs(1)));
    assert!(lanes.lanes.is_empty(), "nothing is remembered of it");
}

#[test]
fn s90_all_together_are_bounded() {
    let mut lanes = Lanes::default();
    let many: Vec<_> = (0..MOST).flat_map(|_| due(webhook(), 2)).collect();
    let (chosen, senders) = lanes.start(&many);
    assert_eq!(senders, MOST);
    assert!(chosen.len() <= HERE);
    assert!(!lanes.has_room());
    assert_eq!(lanes.start(&due(webhook(), 1)), (vec![], 0));
}

#[test]
fn s90_those_that_hang_leave_room_for_others() {
    let mut lanes = Lanes::default();
    let hanging: Vec<_> = (0..MOST / 2).flat_map(|_| due(webhook(), 1)).collect();
    assert_eq!(lanes.start(&hanging).1, MOST / 2);
    let waiting = due(webhook(), 3);
    assert_eq!(lanes.start(&[hanging, waiting.clone()].concat()), (ids(&waiting), 3));
}

#[test]
fn nothing_that_waits_is_begun_when_others_may_think_that_we_died() {
    let hold = crate::webhooks::hold::Hold::new(DispatcherId::new(NOW, &Random::default()).unwrap());
    assert!(!hold.lasts(NOW) && hold.is_old(NOW));
    hold.renewed(NOW.plus(Duration::from_secs(15)));
    assert!(hold.lasts(NOW) && !hold.is_old(NOW));
    assert!(hold.is_old(NOW.plus(Duration::from_secs(6))));
}
