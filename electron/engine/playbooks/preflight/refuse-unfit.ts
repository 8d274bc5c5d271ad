import {
  bearingOf,
  type Preflight,
  type PreflightBearing,
  type PreflightCheckId,
} from '#shared/domain/playbook/preflight';
import { ConflictError } from '../../errors';
import { HostUnavailableError } from '../../hosts/host';

/**
 * Nothing is begun on nodes that can't be set up, whatever a window showed before. Throws ConflictError with the nodes and their checks,
 * HostUnavailableError for one that can't be asked.
 */
export function refuseUnfit(
  found: readonly Preflight[],
  accepted: readonly PreflightCheckId[],
  nameOf: (hostId: string) => string,
): void {
  const gone = found.find(({ unreachable }) => unreachable !== null);
  if (gone?.unreachable) throw new HostUnavailableError(gone.hostId, gone.unreachable);
  const listOf = (bearing: PreflightBearing) =>
    found
      .flatMap(({ hostId, checks }) => {
        const ids = checks
          .filter((check) => bearingOf(check) === bearing && (bearing === 'blocking' || !accepted.includes(check.id)))
          .map(({ id }) => id);
        return ids.length === 0 ? [] : `${nameOf(hostId)}: ${ids.join(', ')}`;
      })
      .join('; ');
  const failed = listOf('blocking');
  if (failed !== '') throw new ConflictError('playbooks.preflightFailed', { list: failed });
  const open = listOf('to-accept');
  if (open !== '') throw new ConflictError('playbooks.preflightOpen', { list: open });
}
