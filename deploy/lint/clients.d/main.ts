import {credentials, loadPackageDefinition, Metadata} from "@grpc/grpc-js";
import {loadSync} from "@grpc/proto-loader";
import {randomUUID} from "node:crypto";

const token = process.env.TOKEN;
// README: TypeScript
