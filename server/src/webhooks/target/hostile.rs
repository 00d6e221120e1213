//! Targets that an operator who allows nothing never reaches, for the tests.

/// H50, H51, H55 to H59, and every block of S95 in one form at least.
#[rustfmt::skip]
pub const HOSTILE: &[&str] = &[
    // loopback in every spelling
    "https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://2130706433/", "https://0x7f000001/", "https://0x7F.1/", "https://0177.0.0.1/", "https://0177.1/", "https://017700000001/",
    "https://127.0.0.1./", "https://127.255.255.254/", "https://１２７.0.0.1/", "https://127。0。0。1/", "https://%31%32%37.0.0.1/", "https://①②⑦.0.0.1/",
    "https://[::1]/", "https://[0:0:0:0:0:0:0:1]/", "https://[::127.0.0.1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[0:0:0:0:0:ffff:127.0.0.1]/", "https://[::ffff:0:127.0.0.1]/",
    // unspecified
    "https://0/", "https://0.0.0.0/", "https://0.1.2.3/", "https://[::]/", "https://0x0/",
    // clouds' metadata and link-local
    "https://169.254.169.254/latest/meta-data/", "https://2852039166/", "https://0xa9fea9fe/", "https://0251.0376.0251.0376/", "https://169.254.43518/", "https://[::ffff:169.254.169.254]/", "https://[fd00:ec2::254]/",
    "https://[fe80::1]/", "https://[fe80::1%25eth0]/", "https://[fec0::1]/", "https://100.100.100.200/", "https://168.63.129.16/", "https://metadata.google.internal/",
    // private, shared, protocols, benchmarks, documentation
    "https://10.0.0.1/", "https://10.255.255.255/", "https://172.16.0.1/", "https://172.31.255.255/", "https://192.168.0.1/", "https://3232235521/", "https://100.64.0.1/", "https://100.127.255.254/",
    "https://192.0.0.1/", "https://192.0.0.192/", "https://192.0.2.1/", "https://192.88.99.1/", "https://198.18.0.1/", "https://198.19.255.255/", "https://198.51.100.1/", "https://203.0.113.1/",
    // multicast, reserved, broadcast
    "https://224.0.0.1/", "https://239.255.255.250/", "https://240.0.0.1/", "https://255.255.255.255/", "https://4294967295/", "https://[ff02::1]/",
    // IPv4 in IPv6: NAT64, its local form, 6to4, Teredo, ISATAP's link-local
    "https://[64:ff9b::a9fe:a9fe]/", "https://[64:ff9b::169.254.169.254]/", "https://[64:ff9b:1::a00:1]/", "https://[2002:7f00:1::]/", "https://[2002:a9fe:a9fe::1]/", "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/", "https://[2001::1]/", "https://[fe80::5efe:10.0.0.1]/",
    // the other blocks of IPv6
    "https://[100::1]/", "https://[2001:db8::1]/", "https://[2001:20::1]/", "https://[2001:2::1]/", "https://[3fff::1]/", "https://[3ffe::1]/", "https://[5f00::1]/", "https://[fc00::1]/", "https://[fdff::1]/", "https://[8000::1]/", "https://[1::1]/",
    // names that lead inside
    "https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://a.localhost/", "https://ｌocalhost/", "https://loc\u{ad}alhost/", "https://printer/", "https://router.local/", "https://db.internal/", "https://db.internal./", "https://nas.lan/", "https://x.home.arpa/", "https://x.onion/", "https://example.com./",
    // schemes
    "http://example.com/", "http://93.184.215.14/", "file:///etc/passwd", "gopher://example.com/", "data:text/plain,x", "unix:/run/x.sock", "ftp://example.com/", "javascript:alert(1)", "ws://example.com/", "wss://example.com/", "HTTP://example.com/", "//example.com/", "example.com", "https:example.com", "https:/example.com", "https:///example.com/",
    // ports
    "https://example.com:22/", "https://example.com:25/", "https://example.com:80/", "https://example.com:6379/", "https://example.com:5432/", "https://example.com:0/", "https://example.com:65536/", "https://example.com:-1/", "https://example.com:x/",
    // wider and stranger spellings
    "https://127.0.0.1.:443/", "https://0x7f.0x0.0x0.0x1/", "https://0177.0x0.0.01/", "https://00000177.0.0.1/", "https://[::ffff:a00:1]/", "https://[64:ff9b::10.0.0.1]/", "https://[2002:c0a8:1::1]/", "https://a.b.local/",
    // what parsers read differently
    "https://user@example.com/", "https://user:pass@example.com/", "https://:@example.com/", "https://@example.com/", "https://example.com@127.0.0.1/", "https://127.0.0.1@example.com/", "https://example.com/#fragment", "https://example.com#@127.0.0.1/",
    "https://exam\nple.com/", "https://exam\rple.com/", "https://exam\tple.com/", " https://example.com/", "https://example.com/ ", "https://example.com/\u{0}", "https:\\\\example.com\\", "https://example.com\\@127.0.0.1/", "https://exa mple.com/", "https://exa%20mple.com/", "https://[example.com]/", "https://", "https://?", "https://#", "https://.", "https://..", "",
    // our own address
    "https://api.gatepost.example/v1/keys", "https://API.gatepost.example:443/", "https://api%2egatepost.example/",
];
