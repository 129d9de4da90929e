// What the footprints take for granted about hosts and playbooks. Each has a name, is told when it was used, and can be
// withdrawn: then the cautious answer is given instead.

export interface Assumption {
  readonly name: AssumptionName
  /** What is taken for granted, one sentence. */
  readonly says: string
  /** What happens when it is withdrawn, one sentence. */
  readonly otherwise: string
}

export type AssumptionName = keyof typeof TEXTS

const TEXTS = {
  'no-unknown-links': [
    'No symbolic link on a host makes two different paths one file, except the usual ones (/bin, /lib, /sbin, /var/run, /var/lock) and those that the playbook makes.',
    'All files of a host are one: tasks that touch files keep their order, except readers.',
  ],
  'packages-keep-to-system-directories': [
    'Packages write to /boot, /etc, /opt, /run, /usr without /usr/local, and /var/{cache,lib,log,mail,spool,www}.',
    'A package may write any file of its host.',
  ],
  'downloads-come-from-outside': [
    'Packages, keys, archives and repositories are downloaded from machines that the playbook does not change.',
    'Whatever downloads waits for every service that was started before, on any host, and those after it wait for the download.',
  ],
  'known-services-keep-to-their-files': [
    'A service that an adapter knows reads and writes the files and uses the services that are listed there.',
    'Starting or stopping a service touches everything on its host and every network service.',
  ],
  'homes-are-in-home': [
    'The home directory of a user other than root is /home/NAME.',
    'What is written below a home directory may be any file of the host.',
  ],
  'unknown-parts-stay-below': [
    'A part of a path that is not known yet does not lead upwards (..) out of the directories before it.',
    'A path with an unknown part may be any file of the host.',
  ],
  'read-only-commands': [
    'Well-known commands that only look (cat, test, docker ps, systemctl is-active …) change nothing.',
    'Commands touch everything on their host and everything that hosts share.',
  ],
  'containers-keep-inside': [
    'What runs in a container that an adapter knows touches the container, its volumes, and the network services it serves and uses.',
    'Starting, stopping or entering a container touches everything on its host and every network service.',
  ],
  'facts-directories-only-look': [
    'Executable facts in /etc/ansible/facts.d only look at their host.',
    'Gathering facts touches everything on its host and everything that hosts share.',
  ],
} as const satisfies Record<string, readonly [says: string, otherwise: string]>

export const ASSUMPTIONS: readonly Assumption[] = Object.entries(TEXTS).map(([name, [says, otherwise]]) => ({
  name: name as AssumptionName,
  says,
  otherwise,
}))
