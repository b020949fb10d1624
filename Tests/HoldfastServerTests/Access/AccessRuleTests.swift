import HoldfastCore
import Testing

@testable import HoldfastServer

@Suite("What a caller may do")
struct AccessRuleTests {
    /// What becomes of a thing of one's own, of somebody else's and of nobody's.
    struct Row: Sendable, CustomTestStringConvertible {
        let roles: Set<CallerRole>
        let permission: Permission
        let own: AccessRule.Verdict
        let foreign: AccessRule.Verdict
        var testDescription: String { "\(roles.map(\.rawValue)) \(permission)" }
    }

    private static let table: [Row] = [
        row([], .enqueue, .allowed, .forbidden),
        row([], .readJob, .allowed, .hidden),
        row([], .steerJob, .allowed, .hidden),
        row([], .readEngine, .forbidden, .forbidden),
        row([], .changeEngine, .forbidden, .forbidden),
        row([.viewer], .enqueue, .allowed, .forbidden),
        row([.viewer], .readJob, .allowed, .allowed),
        row([.viewer], .steerJob, .allowed, .forbidden),
        row([.viewer], .readEngine, .allowed, .allowed),
        row([.viewer], .changeEngine, .forbidden, .forbidden),
        row([.operator], .enqueue, .allowed, .forbidden),
        row([.operator], .readJob, .allowed, .allowed),
        row([.operator], .steerJob, .allowed, .allowed),
        row([.operator], .readEngine, .allowed, .allowed),
        row([.operator], .changeEngine, .forbidden, .forbidden),
        row([.admin], .enqueue, .allowed, .allowed),
        row([.admin], .readJob, .allowed, .allowed),
        row([.admin], .steerJob, .allowed, .allowed),
        row([.admin], .readEngine, .allowed, .allowed),
        row([.admin], .changeEngine, .allowed, .allowed),
        row([.viewer, .operator], .steerJob, .allowed, .allowed),
        row([.viewer, .operator], .changeEngine, .forbidden, .forbidden),
    ]

    private static func row(
        _ roles: Set<CallerRole>, _ permission: Permission, _ own: AccessRule.Verdict,
        _ foreign: AccessRule.Verdict
    ) -> Row {
        Row(roles: roles, permission: permission, own: own, foreign: foreign)
    }

    @Test(arguments: table)
    func `every role has its rights, and no more`(row: Row) {
        let ana = Caller(subject: "ana", roles: row.roles, via: .apiKey)
        #expect(AccessRule.verdict(ana, row.permission, owner: "ana") == row.own)
        #expect(AccessRule.verdict(ana, row.permission, owner: "bob") == row.foreign)
        #expect(AccessRule.verdict(ana, row.permission, owner: nil) == row.foreign)
    }

    @Test func `the table has every role and every permission`() {
        for role in CallerRole.allCases {
            let rows = AccessRuleTests.table.filter { $0.roles == [role] }
            #expect(Set(rows.map(\.permission)) == Set(Permission.allCases))
        }
    }

    @Test func `names that only look alike belong to different people`() {
        let caller = Caller(subject: "e\u{301}ve", via: .jwt)
        #expect(AccessRule.verdict(caller, .readJob, owner: "\u{e9}ve") == .hidden)
    }

    @Test func `a filter is narrowed to what the caller may see`() {
        let ana = Caller(subject: "ana", via: .apiKey)
        let vera = Caller(subject: "vera", roles: [.viewer], via: .apiKey)
        #expect(AccessRule.filter(JobFilter(kind: "a"), for: ana) == JobFilter(kind: "a", owner: "ana"))
        #expect(AccessRule.filter(JobFilter(owner: "ana"), for: ana) == JobFilter(owner: "ana"))
        #expect(AccessRule.filter(JobFilter(owner: "bob"), for: ana) == nil)
        #expect(AccessRule.filter(JobFilter(owner: "bob"), for: vera) == JobFilter(owner: "bob"))
        #expect(AccessRule.filter(JobFilter(), for: .local) == JobFilter())
    }
}
