export type { Authenticator, Credentials } from "./authenticator.ts";
export {
  type AddressedObject,
  defineOperation,
  type Method,
  type Operation,
  type OperationReply,
  type OperationRequest,
  type OperationSpec,
  type ResponseSpec,
  type ServerSentEvent,
  type TraceContext,
} from "./operation.ts";
export {
  type AccessList,
  allows,
  allowsSomewhere,
  type Grants,
  type OrganizationGrants,
  type Permission,
  type PermissionScope,
  type Principal,
  type Tenancy,
} from "./permission.ts";
