// All module models that are written as code, by fully qualified name.

import { ACCOUNT_MODELS } from './accounts.js'
import { COMMAND_MODELS } from './commands.js'
import { CONTROL_MODELS } from './control.js'
import { FACT_MODELS } from './facts.js'
import { FILE_MODELS } from './files.js'
import type { Model } from './model.js'
import { NETWORK_MODELS } from './network.js'
import { PACKAGE_MODELS } from './packages.js'
import { SERVICE_MODELS } from './services.js'

export const MODELS: ReadonlyMap<string, Model> = new Map(
  [
    ACCOUNT_MODELS,
    COMMAND_MODELS,
    CONTROL_MODELS,
    FACT_MODELS,
    FILE_MODELS,
    NETWORK_MODELS,
    PACKAGE_MODELS,
    SERVICE_MODELS,
  ].flatMap(models => Object.entries(models)),
)
