-- wrk's requests for bench/decide_http_bench: decisions for customers drawn from all of the instance's. They are made
-- before the clock starts, so that wrk itself takes little of the processors.
-- arguments: the API key, how many customers there are, the rest of each body, and milliseconds that a connection
-- waits before its next request, on the mean (none: it asks at once).
local requests = {}
local at = 0

function init(arguments)
    local key, customers, rest = arguments[1], tonumber(arguments[2]), arguments[3] or ""
    local pause = tonumber(arguments[4] or "0")
    if pause > 0 then
        -- wrk calls it where it is there.
        function delay() return math.random(0, 2 * pause) end
    end
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/json"
    wrk.headers["Authorization"] = "Bearer " .. key
    math.randomseed(tonumber(tostring({}):match("0x(%x+)"), 16) % 2147483647)
    for i = 1, 50000 do
        local body = string.format('{"customer_id":"C%07d"%s}', math.random(1, customers), rest)
        requests[i] = wrk.format(nil, "/api/v1/decisions", nil, body)
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end
