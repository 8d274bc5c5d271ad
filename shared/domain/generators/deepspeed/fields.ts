import type { Generator } from '../generator';
import { both } from '../values';
import { batch } from './fields/batch';
import { launch } from './fields/launch';
import { optimizer } from './fields/optimizer';
import { other } from './fields/other';
import { precision } from './fields/precision';
import { zero } from './fields/zero';

/** Source: deepspeedai/DeepSpeed 0.19.6, docs/_pages/config-json.md, runtime/zero/config.py, offload_config.py, precision_config.py. */
export const sections: Generator['sections'] = [
  { title: both('Launch', '启动'), fields: [launch] },
  { title: both('Batch', '批量'), fields: batch },
  { title: both('Precision', '精度'), fields: precision },
  { title: both('Optimizer', '优化器'), fields: optimizer },
  { title: both('ZeRO', 'ZeRO'), fields: zero },
  { title: both('Other', '其他'), fields: other },
];
