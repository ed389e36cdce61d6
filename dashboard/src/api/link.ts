/**
 * The socket to the hub: says what the page holds, takes a snapshot and then
 * ordered changes, and comes back by itself after every cut.
 *
 * The hub speaks at least every 2 s. After 4 s of silence the link is given up
 * and made anew, and the page is told that it is cut off.
 */
import { merge } from './model';
import type { Hello, Message, Snapshot } from './types';

export type LinkState = 'connecting' | 'live' | 'lost';

export const SILENCE_MS = 4000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 8000;

export interface LinkOptions {
  url: string;
  /** Takes the model after each message; hubNow is the hub's clock in Unix milliseconds. */
  onModel: (model: Snapshot, hubNow: number) => void;
  onState: (state: LinkState) => void;
  /** Is asked after a failed attempt: a cut link and an ended session look the same to a socket. */
  onFailed: () => void;
  open?: (url: string) => WebSocket;
  random?: () => number;
}

export class Link {
  #socket: WebSocket | null = null;
  #model: Snapshot | null = null;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #attempt: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;
  #heard = 0;
  #stopped = true;
  #state: LinkState = 'connecting';
  readonly #o: LinkOptions;

  constructor(options: LinkOptions) {
    this.#o = options;
  }

  start(): void {
    this.#stopped = false;
    this.#waitForWord();
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#silence);
    clearTimeout(this.#retry);
    this.#drop();
  }

  /** Tries at once: the machine woke up, the network came back, or a person asked. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#state === 'live' && Date.now() - this.#heard < SILENCE_MS / 2) return;
    this.#attempts = 0;
    this.#connect();
  }

  #set(state: LinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#o.onState(state);
  }

  #drop(): void {
    clearTimeout(this.#attempt);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#drop();
    const socket = (this.#o.open ?? ((url) => new WebSocket(url)))(this.#o.url);
    this.#socket = socket;
    // A network that swallows packets answers nothing at all, for minutes.
    this.#attempt = setTimeout(() => this.#giveUp(), SILENCE_MS);
    socket.onopen = () => {
      const hello: Hello = { epoch: this.#model?.epoch ?? '', seq: this.#model?.seq ?? 0 };
      socket.send(JSON.stringify(hello));
    };
    socket.onmessage = (e) => this.#take(e.data as string);
    socket.onclose = () => this.#giveUp();
  }

  #giveUp(): void {
    this.#drop();
    this.#later();
    this.#o.onFailed();
  }

  #later(): void {
    if (this.#stopped) return;
    // Full jitter: many browsers that lost the same hub do not come back as one.
    const ceiling = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#attempts++);
    const wait = ceiling / 2 + ((this.#o.random ?? Math.random)() * ceiling) / 2;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  #waitForWord(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#set('lost');
      if (this.#heard && this.#socket?.readyState === WebSocket.OPEN) this.#giveUp();
    }, SILENCE_MS);
  }

  #take(data: string): void {
    const message = JSON.parse(data) as Message;
    const model = merge(this.#model, message);
    this.#heard = Date.now();
    this.#attempts = 0;
    clearTimeout(this.#attempt);
    this.#waitForWord();
    if (!model) {
      // Changes to something we do not hold: begin again with a snapshot.
      this.#model = null;
      this.#connect();
      return;
    }
    this.#model = model;
    this.#o.onModel(model, Date.parse(message.now));
    this.#set('live');
  }
}
