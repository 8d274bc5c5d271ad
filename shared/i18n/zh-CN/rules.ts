import type { Catalogue } from '../catalogue';
import type { rules as english } from '../en/rules';

export const rules: Catalogue<typeof english> = {
  alertIsOver: '告警 {{alert}} 已经结束。',
  silenceIsOver: '静默的结束时间必须晚于现在。',
};
