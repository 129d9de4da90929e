// The flags of `madansible eval`.
import { Command } from 'commander'
import { addSourceOptions } from './source-options.js'

export function evalCommand(): Command {
  const command = new Command('eval')
    .description('Templates an expression with the variables of a host, as a task would.')
    .argument('[expression...]', 'text with {{ … }}')
  return addSourceOptions(command)
    .option(
      '--playbook-dir <directory>',
      'folder whose group_vars, filter_plugins and so on count (default: the current one)',
    )
    .option('--batch', 'read JSON lines from standard input, write one JSON line for each')
    .option('--explain', 'also say how the value was computed')
}
