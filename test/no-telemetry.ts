/** Imported before the runtime by what loads it without a lane: its telemetry is off in tests and load tests too (`laneEnvironment`). */
process.env['ORT_DISABLE_TELEMETRY'] = '1'
