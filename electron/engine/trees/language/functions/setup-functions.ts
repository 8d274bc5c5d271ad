import { z } from 'zod';
import { factsSchemas } from '#shared/domain/facts/index';
import { machineKind } from '#shared/domain/playbook/machine-kind';
import { platformOf } from '#shared/domain/playbook/platform';
import { defineFunction, type TreeFunction } from './define-function';

const text = z.string();

/** What setup decides by. */
export const setupFunctions: readonly TreeFunction[] = [
  defineFunction('platformOf', { os: factsSchemas.os }, text, ({ os }) => platformOf(os)),
  defineFunction('machineKind', { os: factsSchemas.os }, text, ({ os }) => machineKind(os)),
];
