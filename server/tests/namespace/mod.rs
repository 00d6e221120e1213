//! A network of the test's own in which every address of the world is this machine: whoever dials anything is seen
//! (S94, S95). The test runs itself again in there (`unshare`, which needs root or user namespaces).

#[path = "../../src/webhooks/target/hostile.rs"]
mod hostile;
mod names;
mod scenario;
mod trap;

use std::os::unix::fs::MetadataExt as _;
use std::process::Command;

use tempfile::TempDir;

/// Set within.
const INSIDE: &str = "GATEPOST_TEST_IN_NAMESPACE";
/// Printed within, when all was tried.
const DONE: &str = "no hostile target was contacted";
const TEST: &str = "namespace::s94_s95_in_a_network_where_every_address_answers_no_hostile_target_is_contacted";

/// All addresses lead to this machine, and names are looked up here.
const NETWORK: &str = r#"
PATH="$PATH:/usr/sbin:/sbin"
ip link set lo up
ip route add local 0.0.0.0/0 dev lo
ip -6 route add local ::/0 dev lo
printf 'nameserver 127.0.0.1\nsearch .\noptions timeout:30 attempts:1\n' > "$1/resolv.conf"
printf 'hosts: files dns\n' > "$1/nsswitch.conf"
for file in resolv.conf nsswitch.conf; do
  if [ -e "/etc/$file" ]; then mount --bind "$1/$file" "/etc/$file"; fi
done
shift
exec "$@"
"#;

#[test]
fn s94_s95_in_a_network_where_every_address_answers_no_hostile_target_is_contacted() {
    if std::env::var_os(INSIDE).is_some() {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).enable_all().build().expect("a runtime");
        runtime.block_on(scenario::play());
        println!("{DONE}");
        return;
    }
    let folder = TempDir::new().expect("a folder");
    let mut unshare = Command::new("unshare");
    unshare.args(["--net", "--mount"]);
    if std::fs::metadata("/proc/self").expect("a process").uid() != 0 {
        unshare.arg("--map-root-user");
    }
    unshare.args(["sh", "-ec", NETWORK, "sh"]).arg(folder.path());
    unshare.arg(std::env::current_exe().expect("this binary")).args([TEST, "--exact", "--nocapture"]);
    let ended = unshare.env(INSIDE, "1").output().expect("`unshare` of util-linux is there");
    let said = format!("{}{}", String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert!(
        ended.status.success() && said.contains(DONE),
        "in a network of its own (this needs root or user namespaces, `ip` of iproute2, and IPv6 in the kernel):\n{said}"
    );
}
