/** The project to which a certificate is bound. */
export interface ProjectScope {
  readonly organizationId: string;
  readonly projectId: string;
}

const URI = /^signalbox:\/\/project\/([^/?#]+)\/([^/?#]+)$/;

/** The name in a certificate that binds it to a project; `projectScopes` reads it back. */
export function projectUri({ organizationId, projectId }: ProjectScope): string {
  return `signalbox://project/${organizationId}/${projectId}`;
}

/**
 * The projects that a certificate's URI names bind it to; undefined when it is bound to none and
 * reaches everything. A name of ours that says nothing binds it to no machine at all.
 */
export function projectScopes(uris: readonly string[]): readonly ProjectScope[] | undefined {
  const ours = uris.filter((uri) => /^signalbox:/i.test(uri));
  if (ours.length === 0) return undefined;
  return ours.flatMap((uri) => {
    const [, organizationId, projectId] = URI.exec(uri) ?? [];
    return organizationId === undefined || projectId === undefined
      ? []
      : [{ organizationId, projectId }];
  });
}
