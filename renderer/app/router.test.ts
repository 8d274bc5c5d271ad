import { afterEach, describe, expect, it } from 'vitest';
import { currentRoute, goBack, goForward, navigate, readHash, resetRouter } from './router';

afterEach(() => resetRouter());

describe('the router', () => {
  it('goes back and forward, and forgets the way forward after another turn', () => {
    navigate({ screen: 'node', hostId: 'a' });
    navigate({ screen: 'settings' });
    goBack();
    expect(currentRoute()).toEqual({ screen: 'node', hostId: 'a' });
    goForward();
    expect(currentRoute()).toEqual({ screen: 'settings' });
    goBack();
    navigate({ screen: 'incidents' });
    goForward();
    expect(currentRoute()).toEqual({ screen: 'incidents' });
  });

  it('leaves no step behind when it replaces', () => {
    navigate({ screen: 'node', hostId: 'a' });
    navigate({ screen: 'node', hostId: 'a', section: 'gpus' }, { replace: true });
    goBack();
    expect(currentRoute()).toEqual({ screen: 'fleet' });
  });

  it('comes back to the same screen after a reload, whatever the id is', () => {
    const route = { screen: 'node', hostId: 'näme with/#?& signs', section: 'gpus' } as const;
    navigate(route);
    expect(readHash(window.location.hash)).toEqual(route);
  });

  it('keeps the node and the tree of a diagnosis over a reload', () => {
    const route = { screen: 'diagnose', hostId: 'a', treeId: 'gpu-fell-off' } as const;
    navigate(route);
    expect(readHash(window.location.hash)).toEqual(route);
  });

  it('opens the fleet for anything that is not a screen', () => {
    expect(['', '#/', '#/nowhere', '#/node', 'javascript:alert(1)'].map(readHash)).toEqual(
      Array.from({ length: 5 }, () => ({ screen: 'fleet' })),
    );
  });
});
