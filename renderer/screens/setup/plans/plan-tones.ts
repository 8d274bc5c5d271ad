import { IconCircleCheck, IconCircleMinus, IconClock, IconPlayerPlay, type TablerIcon } from '@tabler/icons-react';
import type { PlaybookStepPlan } from '#shared/domain/playbook/playbook-plan';
import type { Tone } from '../../../components/state-badge';
import type { GroupState } from './plan-groups';

export const stepTones: Record<PlaybookStepPlan['state'], Tone> = {
  done: 'ok',
  ready: 'info',
  later: 'unknown',
  'left-out': 'unknown',
  blocked: 'bad',
};

export const stepIcons: Partial<Record<PlaybookStepPlan['state'], TablerIcon>> = {
  done: IconCircleCheck,
  ready: IconPlayerPlay,
  later: IconClock,
  'left-out': IconCircleMinus,
};

export const groupTones: Record<GroupState, Tone> = { ready: 'info', done: 'ok', blocked: 'bad' };
