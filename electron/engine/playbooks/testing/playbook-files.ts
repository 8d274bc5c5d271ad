import type { ActionInfo } from '#shared/domain/action';
import { allActions } from '../../actions/all';

/** What is known of the actions that come with Gantry. */
export const actionInfos: ActionInfo[] = allActions.map(({ knowledge: { texts: _, sources: __, ...info } }) => info);

const words = (text: string) => `{ en: ${text}, zh-CN: 词 }`;
/** A playbook of these steps, as its file would say it. */
export const playbook = (id: string, steps: string, more = '') => ({
  file: `${id}.yaml`,
  text: `id: ${id}
title: ${words(id)}
introduction: ${words('To try')}
platforms: [debian-12]
offline: { can: "yes" }
sources: [us]
${more}
steps:
${steps}
`,
});
