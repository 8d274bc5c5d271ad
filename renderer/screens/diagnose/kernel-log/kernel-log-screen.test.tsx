import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { judgeLine } from '#shared/domain/kernel-log/log-evidence';
import { readLog } from '#shared/domain/kernel-log/read-log';
import { kernelLogKnowledge } from '#shared/knowledge/catalogs/kernel-log/kernel-log-catalogue';
import { currentRoute, navigate } from '../../../app/router';
import { setHosts } from '../../../stores/fleet-store';
import type { FakeHandlers } from '../../../testing/fake-engine';
import { sshHost } from '../../../testing/fixtures';
import { renderWithEngine } from '../../../testing/render';
import { DiagnoseScreen } from '../diagnose-screen';
import { concludedRun, sampleTree } from '../testing/sample-run';

const log = `[1.5] NVRM: Xid (PCI:0000:3b:00): 79, pid=9, name=python, GPU has fallen off the bus.
[9.5] nvidia-nvswitch1: SXid (PCI:0000:06:00.0): 20034, Fatal, Link 48 LTSSM Fault Up
[9.6] nvidia 0000:3b:00.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)
[9.7] mlx5_core 0000:1a:00.0: Port module event: module 0, Cable plugged`;

function open(handlers: FakeHandlers) {
  setHosts([]);
  const { symptoms, title, introduction, probes, isBuiltIn } = sampleTree;
  const trees = [{ id: 'gpu-missing', title, symptoms, introduction, probes, isBuiltIn }];
  return renderWithEngine(<DiagnoseScreen />, { trees: { list: () => ({ trees, problems: [] }) }, ...handlers });
}

describe('decoding a log', () => {
  it('says what pasted lines mean together, cause and echo, and leads to the diagnosis', async () => {
    navigate({ screen: 'diagnose', section: 'decode' });
    const report = readLog(log, await kernelLogKnowledge());
    const { engine } = open({ knowledge: { decodeLog: () => report } });
    fireEvent.change(screen.getByLabelText('Lines of a kernel log'), { target: { value: log } });
    fireEvent.click(screen.getByRole('button', { name: 'Decode' }));
    expect(await screen.findByText(/^Together: The first event is the cause/)).toBeTruthy();
    expect(engine.inputsOf('knowledge.decodeLog')).toMatchObject([{ text: log }]);
    const rows = within(screen.getByRole('table')).getAllByRole('row');
    expect(rows).toHaveLength(4);
    expect(rows[1]?.textContent).toContain('Xid 79 GPU has fallen off the bus');
    expect(rows[2]?.textContent).toContain('echo of Xid 79');
    fireEvent.click(screen.getByRole('switch', { name: 'Show what needs no action, too (1)' }));
    expect(within(screen.getByRole('table')).getAllByRole('row')).toHaveLength(5);
  });

  it('starts the diagnosis of a line on a node, with the line as evidence among those of its group', async () => {
    navigate({ screen: 'diagnose', section: 'decode' });
    const known = await kernelLogKnowledge();
    const report = readLog(log, known);
    const { engine } = open({
      knowledge: { decodeLog: () => report, judgeLine: (suspicion) => judgeLine(suspicion, known) },
      diagnosis: { start: () => ({ ...concludedRun, id: 'run-9' }) },
    });
    const host = sshHost('gpu-07');
    setHosts([host]);
    fireEvent.change(screen.getByLabelText('Lines of a kernel log'), { target: { value: log } });
    fireEvent.click(screen.getByRole('button', { name: 'Decode' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Diagnose: Not enough GPU memory' }));
    // The log belongs to no node yet.
    fireEvent.click(await screen.findByRole('combobox', { name: 'Node' }));
    fireEvent.click(await screen.findByRole('option', { name: host.spec.name }));
    const card = await screen.findByRole('dialog');
    fireEvent.click(await within(card).findByRole('button', { name: 'Diagnose: Not enough GPU memory' }));
    await waitFor(() => expect(currentRoute()).toMatchObject({ screen: 'diagnose', runId: 'run-9' }));
    expect(engine.inputsOf('diagnosis.start')).toMatchObject([
      {
        treeId: 'gpu-missing',
        hostId: host.spec.id,
        evidence: {
          line: { text: expect.stringContaining('fallen off the bus') },
          around: [{ text: expect.stringContaining('20034') }, { text: expect.stringContaining('Corrected') }],
        },
      },
    ]);
  });

  it('keeps a long paste whole without showing it, and lets it be taken out again', async () => {
    navigate({ screen: 'diagnose', section: 'decode' });
    const report = readLog(log, await kernelLogKnowledge());
    const { engine } = open({ knowledge: { decodeLog: () => report } });
    const long = `${'[2.5] usb 1-1: new device\n'.repeat(20_000)}${log}`;
    const clipboardData = { getData: () => long };
    fireEvent.paste(screen.getByLabelText('Lines of a kernel log'), { clipboardData });
    expect(screen.getByRole('status').textContent).toContain('20004 lines, 508\u00a0KiB');
    expect(screen.queryByLabelText('Lines of a kernel log')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Decode' }));
    expect(await screen.findByText(/^Together: The first event is the cause/)).toBeTruthy();
    expect(engine.inputsOf('knowledge.decodeLog')).toEqual([expect.objectContaining({ text: long })]);
    fireEvent.click(screen.getByRole('button', { name: 'Take it out' }));
    expect(screen.getByLabelText('Lines of a kernel log')).toHaveProperty('value', '');
    expect(screen.getByRole('button', { name: 'Decode' })).toHaveProperty('disabled', true);
  });

  it('says what a packed log was packed with, and does not decode it', async () => {
    navigate({ screen: 'diagnose', section: 'decode' });
    const { engine } = open({});
    const value = '\u001f\ufffd\u0008 xyz';
    fireEvent.change(screen.getByLabelText('Lines of a kernel log'), { target: { value } });
    fireEvent.click(screen.getByRole('button', { name: 'Decode' }));
    expect(await screen.findByText(/packed with gzip.*zcat FILE/)).toBeTruthy();
    expect(engine.inputsOf('knowledge.decodeLog')).toEqual([]);
  });

  it('says where a text is no log', async () => {
    navigate({ screen: 'diagnose', section: 'decode' });
    const report = readLog('Dear all', await kernelLogKnowledge());
    open({ knowledge: { decodeLog: () => report } });
    fireEvent.change(screen.getByLabelText('Lines of a kernel log'), { target: { value: 'Dear all' } });
    fireEvent.click(screen.getByRole('button', { name: 'Decode' }));
    expect(await screen.findByText('This does not look like a kernel log.')).toBeTruthy();
  });
});

describe('the catalogue of codes', () => {
  it('is searched by words and numbers, and tells all that is known of a code', async () => {
    navigate({ screen: 'diagnose', section: 'catalogue' });
    const { xids, sxids, sources, correlation } = await kernelLogKnowledge();
    const { sources: _, ...memoryRma } = correlation.memoryRma;
    const withTree = <T,>(entries: Iterable<T>) => [...entries].map((entry) => ({ ...entry, tree: null }));
    const known = {
      xids: withTree(xids.values()),
      sxids: withTree(sxids.values()),
      sources: { ...sources },
      memoryRma,
    };
    open({ knowledge: { xids: () => known } });
    expect(await screen.findByText('113 of 176')).toBeTruthy();
    fireEvent.change(screen.getByLabelText('Search codes and words'), { target: { value: 'fallen bus' } });
    await waitFor(() => expect(screen.getByText('1 of 176')).toBeTruthy());
    fireEvent.click(screen.getByRole('button', { name: '79' }));
    const details = within(screen.getByRole('complementary'));
    expect(details.getByText('ROBUST_CHANNEL_GPU_HAS_FALLEN_OFF_THE_BUS')).toBeTruthy();
    expect(details.getByText('failing GPU')).toBeTruthy();
    fireEvent.click(screen.getByRole('radio', { name: 'SXid (switch)' }));
    fireEvent.change(screen.getByLabelText('Search codes and words'), { target: { value: '20034' } });
    await waitFor(() => expect(screen.getByText('1 of 397')).toBeTruthy());
    expect(currentRoute()).toMatchObject({ section: 'catalogue', code: 'xid-79' });
  });
});
