import { createServer, type Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly isEncrypted: boolean;
  readonly login: string | null;
}

export interface SmtpSink {
  readonly port: number;
  readonly mails: Mail[];
  close(): Promise<void>;
}

export interface SmtpSinkOptions {
  /** `user:password` that is taken; null: nobody is asked. */
  readonly login?: string | null;
  /** STARTTLS is offered, and nothing is taken before it. */
  readonly tls?: SecureContext;
  /** Answers to RCPT. */
  readonly onRecipient?: string;
  /** The connection is cut there: in the middle of the text, or when it is whole and nothing was said of it yet. */
  readonly diesAt?: 'text' | 'end' | undefined;
}

/** An SMTP server that keeps what it is given: EHLO, STARTTLS, AUTH PLAIN and LOGIN, MAIL, RCPT, DATA. */
export async function startSmtpSink({
  login = null,
  tls,
  onRecipient = '250 ok',
  diesAt,
}: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const mails: Mail[] = [];
  const sockets = new Set<Socket>();

  function serve(socket: Socket, isEncrypted: boolean): void {
    let rest = '';
    let data: string | null = null;
    let from = '';
    let to: string[] = [];
    let loggedIn: string | null = null;
    let expectsLogin: string[] | null = null;
    const say = (line: string): void => {
      socket.write(`${line}\r\n`);
    };
    const judgeLogin = (given: string): void => {
      if (given === login) loggedIn = given;
      say(given === login ? '235 welcome' : '535 5.7.8 user or password is wrong');
    };
    const takeData = (line: string): void => {
      if (socket.destroyed) return;
      if (diesAt === (line === '.' ? 'end' : 'text')) {
        socket.destroy();
        return;
      }
      if (line !== '.') {
        data += `${line.replace(/^\./, '')}\n`;
        return;
      }
      mails.push({ from, to, text: data ?? '', isEncrypted, login: loggedIn });
      data = null;
      say('250 kept');
    };
    const takeLogin = (line: string, given: string[]): void => {
      given.push(Buffer.from(line, 'base64').toString());
      if (given.length < 2) {
        say('334 UGFzc3dvcmQ6');
        return;
      }
      expectsLogin = null;
      judgeLogin(given.join(':'));
    };
    const greet = (): void => {
      const offers = [...(tls && !isEncrypted ? ['STARTTLS'] : []), ...(login === null ? [] : ['AUTH PLAIN LOGIN'])];
      for (const offer of ['sink', ...offers.slice(0, -1)]) say(`250-${offer}`);
      say(`250 ${offers.at(-1) ?? 'HELP'}`);
    };
    const authenticate = (line: string): void => {
      const [, method, given] = line.split(' ');
      if (method?.toUpperCase() === 'LOGIN') {
        expectsLogin = [];
        say('334 VXNlcm5hbWU6');
        return;
      }
      const [, user, password] = Buffer.from(given ?? '', 'base64')
        .toString()
        .split('\0');
      judgeLogin(`${user}:${password}`);
    };
    const takeCommand = (line: string): void => {
      const verb = line.split(' ')[0]?.toUpperCase() ?? '';
      if (verb === 'EHLO') greet();
      else if (verb === 'STARTTLS' && tls) {
        say('220 go on');
        socket.removeAllListeners('data');
        serve(new TLSSocket(socket, { isServer: true, secureContext: tls }), true);
      } else if (verb === 'QUIT') socket.end('221 bye\r\n');
      else if (tls && !isEncrypted) say('530 STARTTLS first');
      else if (verb === 'AUTH') authenticate(line);
      else if (login !== null && loggedIn === null) say('530 log in first');
      else if (verb === 'MAIL') {
        [from, to] = [line, []];
        say('250 ok');
      } else if (verb === 'RCPT') {
        to.push(line);
        say(onRecipient);
      } else if (verb === 'DATA') {
        data = '';
        say('354 go on');
      } else say('502 not known');
    };
    const take = (line: string): void => {
      if (data !== null) takeData(line);
      else if (expectsLogin) takeLogin(line, expectsLogin);
      else takeCommand(line);
    };
    socket.on('data', (chunk) => {
      const lines = (rest + String(chunk)).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(line);
    });
    socket.on('error', () => {});
    if (!isEncrypted) say('220 sink ESMTP');
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    serve(socket, false);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    mails,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
