/** What a command printed for one of the files it ran for. `exitCode` null: it was still at it when time was up. */
export interface EachOutput {
  readonly path: string;
  readonly output: string;
  readonly exitCode: number | null;
}

/** Takes the stdout of a `forEach` command apart again. Text that is not framed so gives nothing. */
export function readEach(stdout: string): EachOutput[] {
  const found: EachOutput[] = [];
  for (const part of stdout.split(/^==> (?=\/)/m).slice(1)) {
    const end = part.indexOf('\n');
    const path = (end < 0 ? part : part.slice(0, end)).trim();
    const body = end < 0 ? '' : part.slice(end + 1);
    const closed = /\n?<== (\d{1,3})\s*$/.exec(body);
    found.push({
      path,
      output: closed ? body.slice(0, closed.index) : body,
      exitCode: closed ? Number(closed[1]) : null,
    });
  }
  return found;
}
