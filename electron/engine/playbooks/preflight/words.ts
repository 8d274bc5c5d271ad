import { preflight as en } from '#shared/i18n/en/preflight';
import { preflight as chinese } from '#shared/i18n/zh-CN/preflight';
import { sayer } from '../../knowledge/sayer';

export type PreflightWord = keyof typeof en;
export const say = sayer<PreflightWord>({ en, 'zh-CN': chinese });
