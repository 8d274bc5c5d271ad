/** What typing did: characters to show, whole lines for the shell, and the two control keys that matter. */
export interface Typed {
  readonly echo: string;
  readonly lines: string;
  readonly isInterrupt: boolean;
  readonly isEnd: boolean;
}

/**
 * The little of a terminal's line discipline that makes `ssh NODE` usable by hand: echo, Enter, Backspace, ^C and ^D.
 * Node has no pseudo-terminals, and a demo needs none.
 */
export function createLineEditor(): (chunk: Buffer) => Typed {
  let line = '';
  return (chunk) => {
    let echo = '';
    let lines = '';
    let isInterrupt = false;
    let isEnd = false;
    for (const character of chunk.toString('latin1')) {
      switch (character) {
        case '\r':
        case '\n':
          echo += '\r\n';
          lines += `${line}\n`;
          line = '';
          break;
        case '\u007f':
        case '\b':
          if (line !== '') {
            line = line.slice(0, -1);
            echo += '\b \b';
          }
          break;
        case '\u0003':
          echo += '^C\r\n';
          line = '';
          isInterrupt = true;
          break;
        case '\u0004':
          if (line === '') isEnd = true;
          break;
        default:
          echo += character;
          line += character;
      }
    }
    return { echo, lines, isInterrupt, isEnd };
  };
}

export function withCarriageReturns(chunk: Buffer): Buffer {
  return Buffer.from(chunk.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}
