import type { PlaybookPlan } from '#shared/domain/playbook/playbook-plan';
import { type SiteScope, vendorSite } from '#shared/domain/site';
import type { LocalizedText } from '#shared/domain/text';
import { describeUser } from '../trees/language/functions/format-functions';
import { outsideHosts } from './outside-hosts';
import { say } from './words';

/** What a plan comes to, a line each: time, restarts, services, who is interrupted, sizes, what is asked outside of the site. */
export function summaryOf(
  { steps, effects, duration, downloadBytes, diskBytes, isComplete }: Omit<PlaybookPlan, 'summary'>,
  site: SiteScope = vendorSite,
): LocalizedText[] {
  const open = steps.filter(({ state }) => state === 'ready' || state === 'later');
  const blocked = steps.filter(({ state }) => state === 'blocked').map(({ id }) => id);
  const stuck = blocked.length > 0 ? [say('exportBlocked', { steps: blocked.join(', ') })] : [];
  if (open.length === 0) return stuck;
  const { restartCount, services, jobs, containers, images = [], space } = effects;
  const untimed = open.filter((step) => step.duration === null).map(({ id }) => id);
  const measured = open
    .filter(({ earlierRuns }) => earlierRuns > 0)
    .map(({ id, earlierRuns }) => `${id} (${earlierRuns})`);
  const lines = [
    ...stuck,
    say('sumTime', { minutes: timeOf(duration) }),
    ...(measured.length > 0 ? [say('sumMeasured', { steps: measured.join(', ') })] : []),
    ...(untimed.length > 0 ? [say('sumUntimed', { steps: untimed.join(', ') })] : []),
    say('sumRestarts', { count: restartCount }),
    ...services.map(({ name, steps: of }) => say('sumService', { service: name, steps: of.join(', ') })),
  ];
  if (jobs === null) lines.push(say('sumJobsUnknown'));
  for (const job of jobs ?? []) {
    const both = { en: describeUser(job, 'en'), 'zh-CN': describeUser(job, 'zh-CN') };
    lines.push(say('sumJob', { job: both }));
  }
  if (containers === null) lines.push(say('sumContainersUnknown'));
  else if (containers.length > 0) lines.push(say('sumContainers', { names: containers.join(', ') }));
  if (downloadBytes !== null) lines.push(say('sumDownload', { size: sizeOf(downloadBytes) }));
  for (const { step, fromBytes, toBytes } of images) {
    const size = (factor: number) => `${gigabytes(fromBytes * factor)} - ${gigabytes(toBytes * factor)} GB`;
    lines.push(say('sumImage', { step, size: size(1), unpacked: size(2) }));
  }
  if (diskBytes !== null) lines.push(say('sumDisk', { size: sizeOf(diskBytes) }));
  for (const { mountPoint, neededBytes, freeBytes } of space) {
    const free = freeBytes === null ? '?' : sizeOf(freeBytes);
    lines.push(say('sumSpace', { mount: mountPoint, needed: sizeOf(neededBytes), free }));
  }
  const outside = outsideHosts(
    open.flatMap(({ plan }) => (plan?.steps ?? []).map((one) => (one.kind === 'command' ? one.commandLine : one.diff))),
    site,
  );
  if (outside.length > 0) lines.push(say('sumOutside', { hosts: outside.join(', ') }));
  if (!isComplete) lines.push(say('sumIncomplete'));
  return lines;
}

/** `4`, `2 - 5`. */
function timeOf({ fromMinutes, toMinutes }: PlaybookPlan['duration']): string {
  const [from, to] = [minutes(fromMinutes), minutes(toMinutes)];
  return from === to ? from : `${from} - ${to}`;
}

const minutes = (value: number): string =>
  value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
const gigabytes = (bytes: number): string => String(Math.round(bytes / 1e8) / 10);
const sizeOf = (bytes: number): string =>
  Math.abs(bytes) < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
