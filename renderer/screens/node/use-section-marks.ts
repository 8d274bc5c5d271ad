import { useMemo } from 'react';
import type { Message } from '#shared/domain/text';
import { useSummary } from '../../stores/fleet-store';
import type { NodeResults } from './node-results';
import { probesOfSection, type SectionId, sectionOfMessage } from './sections';

export interface SectionMark {
  /** What was noticed that this section tells of. */
  noticed: readonly Message[];
  /** Probes of it that came without facts, other than for want of a tool. */
  unreadCount: number;
}

/** Where something was noticed, and where something could not be read. Sections with neither have no mark. */
export function useSectionMarks({ hostId, results }: NodeResults): ReadonlyMap<SectionId, SectionMark> {
  const attention = useSummary(hostId)?.attention;
  return useMemo(() => {
    const marks = new Map<SectionId, { noticed: Message[]; unreadCount: number }>();
    const markOf = (id: SectionId) => {
      const mark = marks.get(id) ?? { noticed: [], unreadCount: 0 };
      marks.set(id, mark);
      return mark;
    };
    for (const message of attention ?? []) markOf(sectionOfMessage(message)).noticed.push(message);
    for (const [id, probeIds] of Object.entries(probesOfSection) as [SectionId, readonly string[]][]) {
      const unread = probeIds.filter((probeId) => {
        const state = results.get(probeId)?.state;
        return state !== undefined && state !== 'ok' && state !== 'missing-tool';
      }).length;
      if (unread > 0) markOf(id).unreadCount = unread;
    }
    return marks;
  }, [attention, results]);
}
