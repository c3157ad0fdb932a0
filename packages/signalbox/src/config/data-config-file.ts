/** Name of the file that the first start writes into the data directory. */
export const DATA_CONFIG_FILE = "config.yaml";
