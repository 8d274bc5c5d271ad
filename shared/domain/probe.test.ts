import { describe, expect, it } from 'vitest';
import { commandOfFact } from './probe';

const sources = { '': 'info|info-root', containers: 'containers' };
const ran = (commandId: string, exitCode: number) => ({ commandId, state: 'exited' as const, exitCode });

describe('commandOfFact', () => {
  it('names the command of the longest path, whatever the index', () => {
    expect(commandOfFact(sources, 'containers.3.name')).toBe('containers');
    expect(commandOfFact(sources, 'runtimes.0')).toBe('info');
    expect(commandOfFact({}, 'runtimes')).toBeNull();
  });

  it('names the command that stood in for the one that failed', () => {
    expect(commandOfFact(sources, 'runtimes', [ran('info', 1), ran('info-root', 0)])).toBe('info-root');
    expect(commandOfFact(sources, 'runtimes', [ran('info', 0), ran('info-root', 0)])).toBe('info');
    expect(commandOfFact(sources, 'runtimes', [ran('info', 1), ran('info-root', 1)])).toBe('info');
  });
});
