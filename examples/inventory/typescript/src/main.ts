// The command line: node dist/main.js import items.csv
import { Client, type ItemStatus, type OrderStatus } from 'gatepost';
import { Inventory, inWords } from './inventory.js';
import { showMoney } from './money.js';

/** All that it needs of Node. */
declare const process: {
  argv: string[];
  exitCode: number;
  getBuiltinModule(name: 'node:fs/promises'): { readFile(path: string, encoding: 'utf8'): Promise<string> };
};

const USAGE = `import FILE.csv
list [--status active|withdrawn|reserved|sold]
price ITEM AMOUNT
orders [--status pending|completed|cancelled]
complete ORDER
cancel ORDER
messages ORDER
reply ORDER TEXT`;

async function* run(inventory: Inventory, [command, first = '', second = '']: string[]): AsyncGenerator<string> {
  const status = first === '--status' ? second : undefined;
  switch (command) {
    case 'import':
      for await (const one of inventory.import(await process.getBuiltinModule('node:fs/promises').readFile(first, 'utf8'))) {
        yield 'item' in one ? `${one.row} ${one.item.id} ${one.item.title}` : `${one.row} refused: ${one.fault}`;
        if (!('item' in one)) process.exitCode = 1;
      }
      return;
    case 'list':
      for await (const item of inventory.list(status as ItemStatus | undefined)) {
        yield `${item.id} ${item.status} ${showMoney(item.price)} ${item.title}`;
      }
      return;
    case 'price':
      return yield showMoney((await inventory.price(first, second)).price);
    case 'orders':
      for await (const order of inventory.orders(status as OrderStatus | undefined)) {
        yield `${order.id} ${order.status} ${showMoney(order.price)} ${order.itemTitle}`;
      }
      return;
    case 'complete':
      return yield (await inventory.complete(first)).status;
    case 'cancel':
      return yield (await inventory.cancel(first)).status;
    case 'messages':
      for await (const message of inventory.messages(first)) yield `${message.createdAt} ${message.sender}: ${message.text}`;
      return;
    case 'reply':
      return yield `sent as number ${(await inventory.reply(first, second)).number}`;
    default:
      process.exitCode = 2;
      yield USAGE;
  }
}

try {
  for await (const line of run(new Inventory(new Client()), process.argv.slice(2))) console.log(line);
} catch (error) {
  console.error(inWords(error));
  process.exitCode = 1;
}
