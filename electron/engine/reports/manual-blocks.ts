import type { Incident } from '#shared/domain/incident';
import type { ManualPhoto, ManualWork } from '#shared/domain/manual/manual-work';
import { labelledTable, type ReportBlock } from './report-model';
import type { Words } from './report-words';

/** Bytes of photos that a report carries; the hashes of the others are in it all the same. */
const maxPhotoBytes = 40 * 1024 * 1024;

/** The last state of each work on the timeline: it is there as it was started and at each verification. */
export function lastWorks(incident: Pick<Incident, 'entries'>): ManualWork[] {
  const works = new Map<string, ManualWork>();
  for (const entry of incident.entries) if (entry.kind === 'manual') works.set(entry.work.id, entry.work);
  return [...works.values()];
}

/** What people did by hand: who did what when, serial numbers, photos, and what the node said of it. */
export function manualBlocks(
  incident: Pick<Incident, 'entries'>,
  words: Words,
  photoOf: ((photo: ManualPhoto) => Uint8Array | null) | null,
): ReportBlock[] {
  const works = lastWorks(incident);
  if (works.length === 0) return [];
  let roomBytes = maxPhotoBytes;
  const bytesOf = (photo: ManualPhoto): Uint8Array | null => {
    if (photoOf === null || photo.sizeBytes > roomBytes) return null;
    roomBytes -= photo.sizeBytes;
    return photoOf(photo);
  };
  return [
    { kind: 'heading', level: 2, text: words.t('manualWorks') },
    ...works.flatMap((work) => workBlocks(work, words, bytesOf)),
  ];
}

function workBlocks(
  work: ManualWork,
  { t, say, text, host, time }: Words,
  bytesOf: (photo: ManualPhoto) => Uint8Array | null,
): ReportBlock[] {
  const { procedure, target } = work;
  const label = (list: readonly { id: string; label: ManualWork['procedure']['title'] }[], id: string | null) => {
    const found = list.find((one) => one.id === id);
    return found ? text(found.label) : '';
  };
  const steps = procedure.steps.map(({ id, title }) => {
    const mark = work.steps[id];
    const what = mark ? say(`manualWork.stepState.${mark.state}`) : say('manualWork.stepState.open');
    return [mark ? `${time(mark.atMs)}\n${mark.by}` : '', text(title), mark?.note ? `${what}: ${mark.note}` : what];
  });
  const serials = work.serials.map(({ id, value, note, judgement }) => [
    label(procedure.serials, id),
    value ?? note,
    say(`manualWork.judgement.${judgement}`),
  ]);
  return [
    { kind: 'heading', level: 3, text: t('actionOn', { action: text(procedure.title), host: host(work.hostId) }) },
    {
      kind: 'facts',
      rows: [
        [t('outcome'), say(`manualWork.state.${work.state}`) + (work.abortReason ? ` – ${work.abortReason}` : '')],
        [t('risk'), say('manualWork.risk')],
        ...(target
          ? [
              [
                say('manualWork.target'),
                [target.slot, target.model, target.identity].filter(Boolean).join(' · '),
              ] as const,
            ]
          : []),
        [t('started'), `${time(work.startedAtMs)} · ${work.startedBy}`],
        [t('finished'), work.finishedAtMs === null ? '–' : time(work.finishedAtMs)],
      ],
    },
    ...labelledTable(t('steps'), [say('manualWork.who'), say('manualWork.step'), t('outcome')], steps),
    ...labelledTable(say('manualWork.serials'), ['', t('valueColumn'), ''], serials, [1]),
    ...labelledTable(
      t('after'),
      [t('timeColumn'), t('outcome'), ''],
      work.verifications.map(({ atMs, outcome, detail }) => [
        time(atMs),
        say(`manualWork.verdict.${outcome}`),
        text(detail),
      ]),
    ),
    ...work.photos.map((photo): ReportBlock => {
      const caption = [label(procedure.photos, photo.slot), photo.name, time(photo.atMs), photo.by]
        .filter(Boolean)
        .join(' · ');
      return { kind: 'photo', caption, sha256: photo.sha256, type: photo.type, bytes: bytesOf(photo) };
    }),
  ];
}
