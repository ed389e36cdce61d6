/** An error that a person is shown: what happened and what to do, in both languages. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly vi: string,
    readonly en: string,
    readonly field = '',
  ) {
    super(en);
    this.name = 'Problem';
  }
}

/** The hub was not reached. */
export const offline = (): Problem =>
  new Problem(0, 'offline', 'Không kết nối được với máy chủ. Kiểm tra mạng rồi thử lại.', 'The server cannot be reached. Check the network, then try again.');

const strange = (status: number) =>
  new Problem(
    status, 'unexpected',
    `Máy chủ trả lời lỗi ${status} mà không nói rõ lý do. Thử lại; nếu vẫn vậy, báo cho kỹ thuật.`,
    `The server answered with error ${status} and no reason. Try again; if it stays, tell your technician.`,
  );

/** What came in the hub's name cannot be read: a network that wants a login answers with a page of its own. */
export const garbled = (status: number): Problem =>
  new Problem(
    status, 'unexpected',
    'Không đọc được trả lời của máy chủ. Kiểm tra mạng (mạng có đòi đăng nhập không?) rồi thử lại.',
    'The server’s answer cannot be read. Check the network (does it ask for a login?), then try again.',
  );

const PAGE = 'page';
const broken = () =>
  new Problem(
    0, PAGE,
    'Trang này gặp lỗi khi chạy. Hãy tải lại trang; nếu vẫn vậy, báo cho kỹ thuật.',
    'This page met an error of its own. Reload it; if it stays, tell your technician.',
  );

/** True for an error of the page itself, which reloading may mend and trying again does not. */
export const isBroken = (p: Problem): boolean => p.code === PAGE;

/** Reads the hub's error body; a body of another shape (a proxy's page) becomes a general problem. */
export function readProblem(status: number, body: string): Problem {
  try {
    const p = JSON.parse(body) as { code?: string; message?: { vi?: string; en?: string }; field?: string };
    if (p.message?.vi && p.message.en) return new Problem(status, p.code ?? '', p.message.vi, p.message.en, p.field ?? '');
  } catch {
    // not JSON: fall through
  }
  return strange(status);
}

/** Makes whatever was thrown fit to be shown. What no call to the hub threw is an error of the page. */
export function asProblem(e: unknown): Problem {
  if (e instanceof Problem) return e;
  console.error(e);
  return broken();
}
