/** Imported before the runtime by load tests, which run it without a lane: its telemetry is off there too. */
process.env['ORT_DISABLE_TELEMETRY'] = '1'
