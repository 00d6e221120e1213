// Amounts as people write them, and as the API takes them: whole minor units.
import type { Money } from 'gatepost';

/** How many digits a currency has behind the point. */
function digitsOf(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** `249.00` of EUR is 24900, `1200` of JPY is 1200. Never by way of a floating-point number. */
export function readMoney(text: string, currency: string): Money {
  const digits = digitsOf(currency);
  const [, whole = '', fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(text.trim()) ?? [];
  if (whole === '' || fraction.length > digits) throw new Error(`${text} is no amount of ${currency}`);
  return { amount: Number(whole + fraction.padEnd(digits, '0')), currency };
}

export function showMoney({ amount, currency }: Money): string {
  const digits = digitsOf(currency);
  const text = String(amount).padStart(digits + 1, '0');
  return digits === 0 ? `${text} ${currency}` : `${text.slice(0, -digits)}.${text.slice(-digits)} ${currency}`;
}
