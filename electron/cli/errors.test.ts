import { ORPCError } from '@orpc/client';
import { expect, it } from 'vitest';
import type { StorageProblem } from '#shared/domain/storage-problem';
import { translatorOf } from '#shared/i18n/translator';
import { StoreError } from '../engine/store/store';
import { explain } from './errors';
import { exitCodes } from './exit-codes';

const problem: StorageProblem = { reason: 'full', path: '/data/gantry.db', disk: '/data', detail: 'disk I/O error' };

it.each([
  ['of a call', new ORPCError('STORE_FAILED', { data: problem })],
  ['at the end', new StoreError(problem)],
])(
  'tells a full disk %s with the disk, the file, what to do and the words of the system, in both languages',
  (_, error) => {
    const { exitCode, text } = explain(error, translatorOf('en'));
    expect(exitCode).toBe(exitCodes.couldNotJudge);
    expect(text).toMatch(
      /^Gantry’s data .*\n {2}The disk \/data is full, so \/data\/gantry\.db could not be written\. Free some space .*\(disk I\/O error\)$/,
    );
    expect(explain(error, translatorOf('zh-CN')).text).toMatch(
      /磁盘 \/data 已满，无法写入 \/data\/gantry\.db。请.*（disk I\/O error）$/,
    );
  },
);

it('tells a server that does not answer apart from a command line that makes no sense', () => {
  const message = {
    key: 'prometheus.serverUnreachable',
    params: { url: 'http://127.0.0.1:9', detail: 'ECONNREFUSED' },
  };
  const told = explain(new ORPCError('UNAVAILABLE', { data: { message } }), translatorOf('en'));
  expect(told).toMatchObject({ exitCode: exitCodes.couldNotJudge, text: expect.stringContaining('ECONNREFUSED') });
  expect(explain(new ORPCError('INVALID', { data: { message } }), translatorOf('en')).exitCode).toBe(exitCodes.usage);
});
