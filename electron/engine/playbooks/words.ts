import { playbooks as en } from '#shared/i18n/en/playbooks';
import { playbooks as chinese } from '#shared/i18n/zh-CN/playbooks';
import { sayer } from '../knowledge/sayer';

/** What the engine itself says of a playbook. */
export const say = sayer<keyof typeof en.engine>({ en: en.engine, 'zh-CN': chinese.engine });
