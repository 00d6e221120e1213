//! How a contract is asked whether it accepts a signature, in the bytes of Ethereum's ABI.

use super::Address;

/// `isValidSignature(bytes32,bytes)`, which is also what it answers where it does (EIP-1271).
const IS_VALID: [u8; 4] = [0x16, 0x26, 0xba, 0x7e];
/// `aggregate3((address,bool,bytes)[])` of Multicall3.
const AGGREGATE: [u8; 4] = [0x82, 0xad, 0x56, 0xcb];
/// Multicall3, at the same address on every chain that has it.
const MULTICALL: Address = Address([
    0xca, 0x11, 0xbd, 0xe0, 0x59, 0x77, 0xb3, 0x63, 0x11, 0x67, 0x02, 0x88, 0x62, 0xbe, 0x2a, 0x17, 0x39, 0x76, 0xca,
    0x11,
]);
const WORD: usize = 32;
/// What ends a signature that says how to deploy its wallet: `0x6492` sixteen times (ERC-6492).
const MAGIC: [u8; WORD] = {
    let mut magic = [0x64; WORD];
    let mut at = 1;
    while at < WORD {
        #[expect(clippy::indexing_slicing, reason = "checked by the compiler: this runs while it compiles")]
        {
            magic[at] = 0x92;
        }
        at += 2;
    }
    magic
};

/// A call to make, and how to read its answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Question {
    /// The contract.
    pub to: Address,
    /// What it is called with.
    pub data: Vec<u8>,
    /// Whether the wallet is deployed first, within the call.
    deploys: bool,
}

/// The question whether the account accepts this signature of that hash; none where the signature cannot be read.
#[must_use]
pub fn question(account: &Address, hash: &[u8; 32], signature: &[u8]) -> Option<Question> {
    let Some(wrapped) = signature.strip_suffix(&MAGIC) else {
        return Some(Question { to: *account, data: is_valid(hash, signature), deploys: false });
    };
    // (address factory, bytes factoryCalldata, bytes signature)
    let factory = Address(*word(wrapped, 0)?.last_chunk()?);
    let calls = [(factory, bytes_at(wrapped, 1)?.to_vec()), (*account, is_valid(hash, bytes_at(wrapped, 2)?))];
    Some(Question { to: MULTICALL, data: aggregate(&calls), deploys: true })
}

impl Question {
    /// Whether the answer is a yes, and nothing but that.
    #[must_use]
    pub fn is_yes(&self, answer: &[u8]) -> bool {
        let said = if self.deploys { last_result(answer) } else { Some(answer) };
        said.is_some_and(|said| said.len() == WORD && said.starts_with(&IS_VALID))
    }
}

fn is_valid(hash: &[u8; 32], signature: &[u8]) -> Vec<u8> {
    [IS_VALID.as_slice(), hash, &number(2 * WORD), &bytes(signature)].concat()
}

/// The calls one after another; each may fail, as the deployment does where somebody else has deployed it by then.
fn aggregate(calls: &[(Address, Vec<u8>)]) -> Vec<u8> {
    let tuple = |(to, data): &(Address, Vec<u8>)| {
        [&[0; 12], to.bytes().as_slice(), &number(1), &number(3 * WORD), &bytes(data)].concat()
    };
    let tuples: Vec<Vec<u8>> = calls.iter().map(tuple).collect();
    let mut places = Vec::new();
    let mut at = calls.len() * WORD;
    for tuple in &tuples {
        places.extend(number(at));
        at += tuple.len();
    }
    [AGGREGATE.as_slice(), &number(WORD), &number(calls.len()), &places, &tuples.concat()].concat()
}

/// `(bool success, bytes returnData)[]`: the data of the second and last, where it succeeded.
fn last_result(answer: &[u8]) -> Option<&[u8]> {
    let list = answer.get(length(word(answer, 0)?)?..)?;
    let results = list.get(WORD..)?;
    let second = results.get(length(word(results, 1)?)?..)?;
    (length(word(list, 0)?)? == 2 && length(word(second, 0)?)? == 1).then(|| bytes_at(second, 1))?
}

fn number(value: usize) -> Vec<u8> {
    [[0; WORD - size_of::<usize>()].as_slice(), &value.to_be_bytes()].concat()
}

/// Bytes with their length, filled up to whole words.
fn bytes(value: &[u8]) -> Vec<u8> {
    [number(value.len()), value.to_vec(), vec![0; value.len().next_multiple_of(WORD) - value.len()]].concat()
}

fn word(text: &[u8], index: usize) -> Option<&[u8; WORD]> {
    text.get(index * WORD..)?.first_chunk()
}

/// A word as a length or a place; none where it is greater than any text here.
fn length(word: &[u8; WORD]) -> Option<usize> {
    let (high, low) = word.split_at(WORD - 4);
    let low = low.first_chunk::<4>()?;
    if high.iter().all(|byte| *byte == 0) { usize::try_from(u32::from_be_bytes(*low)).ok() } else { None }
}

/// The bytes that the word of that index points to.
fn bytes_at(text: &[u8], index: usize) -> Option<&[u8]> {
    let tail = text.get(length(word(text, index)?)?..)?;
    tail.get(WORD..)?.get(..length(word(tail, 0)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: Address = Address([7; 20]);

    /// A signature of a wallet that is yet to be deployed, as ERC-6492 wraps it.
    fn wrapped(factory: u8, calldata: &[u8], signature: &[u8]) -> Vec<u8> {
        let first = bytes(calldata);
        let head =
            [[[0; 12].as_slice(), &[factory; 20]].concat(), number(3 * WORD), number(3 * WORD + first.len())].concat();
        [head, first, bytes(signature), MAGIC.to_vec()].concat()
    }

    #[test]
    fn s49_a_contract_is_asked_and_only_the_magic_word_is_a_yes() {
        let question = question(&ACCOUNT, &[9; 32], &[1, 2, 3]).unwrap();
        let expected = format!("1626ba7e{}{:064x}{:064x}010203{}", "09".repeat(32), 64, 3, "00".repeat(29));
        assert_eq!((question.to, hex::encode(&question.data)), (ACCOUNT, expected));

        let yes = [IS_VALID.as_slice(), &[0; 28]].concat();
        assert!(question.is_yes(&yes));
        for no in [&[][..], &IS_VALID, &[0; 32], &[0xff; 32], &[yes.as_slice(), &[0; 32]].concat()] {
            assert!(!question.is_yes(no), "{no:?}");
        }
    }

    #[test]
    fn s49_a_wallet_that_is_not_there_yet_is_deployed_within_the_call() {
        let question = question(&ACCOUNT, &[9; 32], &wrapped(5, &[4; 40], &[1, 2, 3])).unwrap();
        assert_eq!(question.to.to_string(), "0xcA11bde05977b3631167028862bE2a173976CA11");
        let calls = [(Address([5; 20]), vec![4; 40]), (ACCOUNT, is_valid(&[9; 32], &[1, 2, 3]))];
        assert_eq!(question.data, aggregate(&calls));

        let result = |success: usize, data: &[u8]| [number(success), number(2 * WORD), bytes(data)].concat();
        let answer = |last: Vec<u8>| {
            let first = result(1, &[]);
            [number(WORD), number(2), number(2 * WORD), number(2 * WORD + first.len()), first, last].concat()
        };
        let yes = [IS_VALID.as_slice(), &[0; 28]].concat();
        assert!(question.is_yes(&answer(result(1, &yes))));
        assert!(!question.is_yes(&answer(result(0, &yes))));
        assert!(!question.is_yes(&answer(result(1, &[]))));
        assert!(!question.is_yes(&yes));
    }

    #[test]
    fn h49_a_wrapping_that_cannot_be_read_asks_nothing() {
        let whole = wrapped(5, &[4; 40], &[1, 2, 3]);
        for bad in [MAGIC.to_vec(), [vec![0xff; 96], MAGIC.to_vec()].concat(), [&whole[..100], &MAGIC].concat()] {
            assert_eq!(question(&ACCOUNT, &[9; 32], &bad), None, "{bad:?}");
        }
    }
}
