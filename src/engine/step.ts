// `--step`: asks before each task. Mirrors StrategyBase._take_step (plugins/strategy/__init__.py, ansible-core 2.14).

import { isHandler, type Task } from '../playbook/index.js'
import type { EngineServices } from './services.js'
import type { Stepper } from './strategy.js'

export class TerminalStepper implements Stepper {
  isAsking = true
  readonly #services: EngineServices
  constructor(services: EngineServices) {
    this.#services = services
  }

  async ask(task: Task, host?: string): Promise<boolean> {
    const what = `${isHandler(task) ? 'HANDLER' : 'TASK'}: ${task.getName()}`
    const question = `Perform task: ${what} ${host === undefined ? '' : `on ${host} `}(N)o/(y)es/(c)ontinue: `
    this.#services.onEvent({ kind: 'question', isOpen: true })
    const answer = (await this.#services.prompter.ask(question, false)).toLowerCase()
    this.#services.onEvent({ kind: 'question', isOpen: false })
    const continues = answer === 'c' || answer === 'continue'
    if (continues) this.isAsking = false
    this.#services.onEvent({ kind: 'display', text: question, banner: true })
    return continues || answer === 'y' || answer === 'yes'
  }
}
