/** What the umbrellas stand for. The server knows best: a live test compares. */
const UNDER: Readonly<Record<string, readonly string[]>> = {
  read: ['keys:read', 'keys:verify', 'vault:read', 'practice:read', 'projects:read', 'read:items', 'read:orders', 'usage:read'],
  write: ['keys:write', 'vault:write', 'projects:write', 'write:items', 'write:orders', 'webhooks'],
};

/** Whether whoever holds `granted` may do what needs all of `required`: `admin` covers all, `read` and `write` what any account may grant. */
export function coversScopes(granted: readonly string[], required: readonly string[]): boolean {
  return required.every((one) => granted.includes('admin') || granted.some((held) => held === one || UNDER[held]?.includes(one) === true));
}
