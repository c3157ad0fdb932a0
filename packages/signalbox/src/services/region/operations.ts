import type { Operation } from "@signalbox/http";
import { createImage, createImageV1 } from "./images/create.ts";
import { deleteImage, deleteImageV1 } from "./images/delete.ts";
import { getImage } from "./images/get.ts";
import { listImages, listImagesV1 } from "./images/list.ts";
import { createNetwork } from "./networks/create.ts";
import { deleteNetwork } from "./networks/delete.ts";
import { getNetwork } from "./networks/get.ts";
import { listNetworks } from "./networks/list.ts";
import { addNetworkReference, removeNetworkReference } from "./networks/references.ts";
import { updateNetwork } from "./networks/update.ts";
import type { RegionServices } from "./region-services.ts";
import { CATALOGUE_READS } from "./regions/catalogue.ts";
import { listRegions, listRegionsV1 } from "./regions/list.ts";
import { createSecurityGroup } from "./security-groups/create.ts";
import { deleteSecurityGroup } from "./security-groups/delete.ts";
import { getSecurityGroup } from "./security-groups/get.ts";
import { listSecurityGroups } from "./security-groups/list.ts";
import { updateSecurityGroup } from "./security-groups/update.ts";
import { createConsoleSession, getConsoleOutput, getConsoleSession } from "./servers/console.ts";
import { createServer } from "./servers/create.ts";
import { deleteServer } from "./servers/delete.ts";
import { getServer } from "./servers/get.ts";
import { listServers } from "./servers/list.ts";
import {
  hardRebootServerOperation,
  retryServerOperation,
  softRebootServerOperation,
  startServerOperation,
  stopServerOperation,
} from "./servers/power.ts";
import { snapshotServer } from "./servers/snapshot.ts";
import { getServerSshKey } from "./servers/ssh-key.ts";
import { updateServer } from "./servers/update.ts";
import { getProtectedResource, getVersion } from "./service/about.ts";
import { getWhoAmI } from "./service/who-am-i.ts";
import { createSshCertificateAuthority } from "./ssh-certificate-authorities/create.ts";
import { deleteSshCertificateAuthority } from "./ssh-certificate-authorities/delete.ts";
import { getSshCertificateAuthority } from "./ssh-certificate-authorities/get.ts";
import { listSshCertificateAuthorities } from "./ssh-certificate-authorities/list.ts";

/** Everything that the region service answers (compute-api §2.1, the catalogue rows of §2.2). */
export const REGION_OPERATIONS: readonly Operation<RegionServices>[] = [
  listRegions,
  listRegionsV1,
  ...CATALOGUE_READS,
  listImages,
  listImagesV1,
  createImage,
  createImageV1,
  getImage,
  deleteImage,
  deleteImageV1,
  listNetworks,
  createNetwork,
  getNetwork,
  updateNetwork,
  deleteNetwork,
  addNetworkReference,
  removeNetworkReference,
  listSecurityGroups,
  createSecurityGroup,
  getSecurityGroup,
  updateSecurityGroup,
  deleteSecurityGroup,
  listSshCertificateAuthorities,
  createSshCertificateAuthority,
  getSshCertificateAuthority,
  deleteSshCertificateAuthority,
  listServers,
  createServer,
  getServer,
  updateServer,
  deleteServer,
  startServerOperation,
  stopServerOperation,
  softRebootServerOperation,
  hardRebootServerOperation,
  retryServerOperation,
  createConsoleSession,
  getConsoleSession,
  getConsoleOutput,
  snapshotServer,
  getServerSshKey,
  getVersion,
  getWhoAmI,
  getProtectedResource,
];
